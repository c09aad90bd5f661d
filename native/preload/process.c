/* Processes: a program that begins tells of itself, and so does a child that is forked. */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "next.h"
#include "preload.h"
#include "raw.h"

void fs_tell_process(fs_u32 change, fs_u32 tid, const char *text, fs_u32 bytes) {
  struct fs_process *record = fs_reserve(sizeof(*record));
  if (!record) return;
  fs_fill_head(&record->head, FS_PROCESS, fs_now());
  record->head.tid = tid;
  record->change = change;
  record->peer = (fs_u32)fs_raw(SYS_getppid, 0, 0, 0, 0, 0, 0);
  record->detail = change == FS_FORKED ? fs_state.fork_flags : 0;
  record->site_key = change == FS_FORKED ? fs_state.fork_site : 0;
  record->reserved = 0;
  memset(record->text, 0, sizeof(record->text));
  if (text) memcpy(record->text, text, bytes);
  else fs_raw(SYS_prctl, PR_GET_NAME, (long)record->text, 0, 0, 0, 0);
  record->text_bytes = text ? bytes : 16;
  fs_submit(record);
}

bool fs_shared;

/* Children of vfork and posix_spawn, and those of clone that have memory of their own, are met when they call something of ours, or begin a program. */
static pid_t follow(pid_t (*make)(void), const struct fs_caller *caller) {
  struct fs_thread_state *state = fs_enter();
  if (!state) return make();
  state->fork_site = fs_site_key(caller, fs_now());
  state->fork_flags = SIGCHLD;
  pid_t pid = make();
  if (pid == 0) fs_enter();
  fs_state.fork_site = 0;
  fs_state.fork_flags = 0;
  return pid;
}

pid_t _Fork(void);
#define FS_CALLER long a, long b, long c, long d, long e, long f, const struct fs_caller *caller
#define FS_UNUSED (void)a, (void)b, (void)c, (void)d, (void)e, (void)f

FS_HIDDEN long fs_on_fork(FS_CALLER);
FS_HIDDEN long fs_on_fork(FS_CALLER) {
  FS_UNUSED;
  return follow(FS_NEXT(fork), caller);
}

static void tell_clone(pid_t child, fs_u64 flags, fs_u64 site) {
  struct fs_process *record = fs_reserve(sizeof(*record));
  if (!record) return;
  fs_fill_head(&record->head, FS_PROCESS, fs_now());
  record->change = FS_FORKED;
  record->peer = record->head.pid;
  record->head.pid = (fs_u32)child;
  record->detail = flags;
  record->site_key = site;
  record->text_bytes = record->reserved = 0;
  fs_submit(record);
}

/* A process in the memory of its parent, as stress-ng makes them, and without thread-local memory of its own. */
FS_HIDDEN long fs_on_clone(FS_CALLER);
FS_HIDDEN long fs_on_clone(FS_CALLER) {
  int (*next)(long, long, long, long, long, long, long) = (void *)FS_NEXT(clone);
  bool guest = c & CLONE_VM && !(c & (CLONE_SETTLS | CLONE_VFORK)) && fs_enter();
  fs_u64 site = guest ? fs_site_key(caller, fs_now()) : 0;
  if (guest) __atomic_store_n(&fs_shared, true, __ATOMIC_SEQ_CST);
  int child = next(a, b, c, d, e, f, (long)caller->stack[0]);
  if (guest && child > 0) tell_clone(child, (fs_u64)c, site);
  return child;
}

FS_HIDDEN long fs_on__Fork(FS_CALLER);
FS_HIDDEN long fs_on__Fork(FS_CALLER) {
  FS_UNUSED;
  return follow(FS_NEXT(_Fork), caller);
}
