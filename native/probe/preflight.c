/* Everything that can be refused before anything is loaded: privilege, the targets, another recording of them. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

#define GRANT                                                                          \
  "Run once as root: setcap cap_bpf,cap_perfmon,cap_dac_read_search+ep on the probe, " \
  "or let Faultscope start it through sudo."

static bool has_capability(const struct __user_cap_data_struct data[2], int capability) {
  return data[capability / 32].effective & (1u << (capability % 32));
}

bool check_privilege(struct probe *probe) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  if (syscall(SYS_capget, &header, data) != 0)
    return fail(probe, "probe-failed", "Report this with the kernel version.", "The probe cannot read its capabilities: %s.",
                strerror(errno));
  if (has_capability(data, CAP_SYS_ADMIN)) return true;
  bool bpf = has_capability(data, CAP_BPF), perfmon = has_capability(data, CAP_PERFMON);
  if (bpf && perfmon) return true;
  return fail(probe, "no-privilege", GRANT, "Tracing needs the capabilities cap_bpf and cap_perfmon; the probe lacks %s.",
              bpf ? "cap_perfmon" : perfmon ? "cap_bpf" : "both");
}

/* A privileged probe that anyone may start must not show one user the processes of another. */
static bool may_trace(unsigned pid) {
  uid_t caller = getuid();
  char path[64];
  struct stat status;
  if (caller == 0) return true;
  snprintf(path, sizeof(path), "/proc/%u", pid);
  return stat(path, &status) == 0 && status.st_uid == caller;
}

static bool is_process(unsigned pid) {
  char path[64], line[256];
  snprintf(path, sizeof(path), "/proc/%u/status", pid);
  FILE *file = fopen(path, "re");
  if (!file) return false;
  unsigned tgid = 0;
  while (!tgid && fgets(line, sizeof(line), file))
    if (sscanf(line, "Tgid: %u", &tgid) == 1) break;
  fclose(file);
  return tgid == pid;
}

bool check_targets(struct probe *probe) {
  for (unsigned i = 0; i < probe->request.pid_count; i++) {
    unsigned pid = probe->request.pids[i];
    struct process_stat stat;
    if (pid == 0 || !read_process_stat(pid, &stat))
      return fail(probe, "no-process", "Check the process id, for example with faultscope targets.",
                  "There is no process %u.", pid);
    if (stat.state == 'Z' || stat.state == 'X')
      return fail(probe, "no-process", "Start the program again, or launch it with Faultscope.",
                  "Process %u has already exited.", pid);
    if (!is_process(pid))
      return fail(probe, "no-process", "Name the process the thread belongs to; all its threads are traced.",
                  "%u is a thread, not a process.", pid);
    if (!may_trace(pid))
      return fail(probe, "no-privilege", "Record as that user, or as root through sudo.",
                  "Process %u belongs to another user or protects its memory.", pid);
    probe->start_times[i] = stat.start_time;
  }
  return true;
}

/* A name in the abstract socket namespace vanishes with the process that holds it, however that one dies. */
bool lock_targets(struct probe *probe) {
  for (unsigned i = 0; i < probe->request.pid_count; i++) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "faultscope/%u/%llu",
                          probe->request.pids[i], probe->start_times[i]);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0) {
      probe->locks[probe->lock_count++] = fd;
      continue;
    }
    if (errno == EADDRINUSE)
      return fail(probe, "already-traced", "Stop the other recording first, or open its file when it has ended.",
                  "Process %u is already being recorded.", probe->request.pids[i]);
    return fail(probe, "probe-failed", "Close recordings that are no longer needed.",
                "The probe cannot reserve process %u: %s.", probe->request.pids[i], strerror(errno));
  }
  return true;
}

void unlock_targets(struct probe *probe) {
  while (probe->lock_count > 0) close(probe->locks[--probe->lock_count]);
}

bool check_targets_alive(struct probe *probe) {
  for (unsigned i = 0; i < probe->request.pid_count; i++) {
    struct process_stat stat;
    unsigned pid = probe->request.pids[i];
    if (!read_process_stat(pid, &stat) || stat.start_time != probe->start_times[i] || stat.state == 'Z')
      return fail(probe, "target-exited", "Launch the program with Faultscope to record it from its start.",
                  "Process %u exited while tracing was being attached.", pid);
  }
  return true;
}
