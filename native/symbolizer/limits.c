#include "limits.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

enum { CPU_SECONDS = 10 };
static const rlim_t ADDRESS_SPACE = (rlim_t)8 << 30; /* files are mapped, and debug information is large */

static void limit(int resource, rlim_t value) {
  struct rlimit old;
  if (getrlimit(resource, &old) != 0) return;
  if (old.rlim_max != RLIM_INFINITY && old.rlim_max < value) value = old.rlim_max;
  setrlimit(resource, &(struct rlimit){.rlim_cur = value, .rlim_max = value});
}

void limits_set(void) {
  limit(RLIMIT_AS, ADDRESS_SPACE);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 8192);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  unsetenv("DEBUGINFOD_URLS"); /* no network */
  signal(SIGPROF, SIG_DFL);
}

void limits_begin_request(void) {
  struct itimerval share = {.it_value = {.tv_sec = CPU_SECONDS}};
  setitimer(ITIMER_PROF, &share, NULL);
}
