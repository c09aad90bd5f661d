/*
 * The probe: loads and attaches BPF programs for some processes, hands the ring over, waits. It is the only privileged
 * part of Faultscope: it parses nothing the target wrote, opens no path it is given, listens on nothing, and exits when
 * the socket on fd 0 closes, at which the kernel detaches everything.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe.h"

static struct probe probe;

static bool is_seqpacket(int fd) {
  int type = 0;
  socklen_t size = sizeof(type);
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

static void raise_limits(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

static bool attach_targets(void) {
  const struct fs_request *request = &probe.request;
  for (unsigned i = 0; i < request->pid_count; i++)
    if (!attach_faults(&probe, request->pids[i])) return false;
  probe.control->restrict_owner = getuid() != 0;
  probe.control->owner = getuid();
  count_skipped(&probe);
  probe.control->recording = 1;
  probe.reply.start_ns = now_ns();
  for (unsigned i = 0; i < request->pid_count; i++)
    if (!follow_process(&probe, request->pids[i])) return false;
  return true;
}

/* Descriptors first: the addon names the ranges' descriptors by them. */
static bool snapshot(void) {
  const struct fs_request *request = &probe.request;
  for (unsigned i = 0; i < request->pid_count; i++) {
    unsigned pid = request->pids[i];
    fs_u64 before = probe.control->snapshot_uffds + probe.control->snapshot_ranges;
    if (!run_iterator(&probe, "snapshot_files", pid) || !run_iterator(&probe, "snapshot_ranges", pid)) return false;
    bool none = probe.control->snapshot_uffds + probe.control->snapshot_ranges == before;
    if (none && (request->flags & FS_REQUIRE_UFFD) && check_targets_alive(&probe))
      return fail(&probe, "no-userfaultfd", "Attach when the program has created one, or launch it with Faultscope.",
                  "Process %u holds no userfaultfd and has no range registered with one.", pid);
    if (none && probe.reply.code[0]) return false;
  }
  return true;
}

static void describe_hooks(void) {
  snprintf(probe.reply.hooks, sizeof(probe.reply.hooks), "%s; %s; %s",
           probe.hooks == FS_HOOKS_SYSCALL ? "tracepoints syscalls:sys_{enter,exit}_ioctl, sys_exit_{read,readv,mm calls}"
                                           : "raw tracepoints sys_enter, sys_exit",
           "tp_btf exceptions:page_fault_{user,kernel}, sched_{waking,switch}, task_newtask, sched_process_{exec,exit}",
           probe.fault_end == FAULT_END_RELEASE ? "mmap_lock:mmap_lock_released"
                                                : "software events PAGE_FAULTS_{MIN,MAJ} per thread");
  probe.reply.ring_bytes = probe.request.ring_bytes;
}

static bool start(void) {
  if (!receive_request(&probe)) return false;
  if (!check_privilege(&probe) || !check_targets(&probe) || !lock_targets(&probe)) return false;
  if (!load_programs(&probe) || !learn_kernel(&probe) || !attach_programs(&probe) || !calibrate(&probe)) return false;
  if (!attach_targets() || !snapshot() || !check_targets_alive(&probe)) return false;
  describe_hooks();
  return true;
}

static void forget_targets(void) {
  if (probe.control) memset(probe.control->tgids, 0, sizeof(probe.control->tgids));
}

/*
 * Ends the process that was started, at once. The kernel waits for all CPUs for each tracepoint it takes back, a second
 * in all; a child that holds the last descriptors does that waiting. Nobody is traced meanwhile: the set is empty.
 */
static int leave(int status) {
  forget_targets();
  unlock_targets(&probe);
  pid_t child = fork();
  if (child != 0) _exit(status);
  close(STDIN_FILENO);
  return status;
}

int main(void) {
  if (!is_seqpacket(STDIN_FILENO)) {
    fprintf(stderr, "This is the privileged part of Faultscope; faultscope record and the extension start it.\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  /* A terminal's ^C is for the recorder, which then stops us in good order. */
  signal(SIGINT, SIG_IGN);
  raise_limits();
  if (!start()) {
    if (probe.reply.code[0]) send_reply(&probe, FS_REPLY_FAILED);
    return leave(1);
  }
  if (!send_reply(&probe, FS_REPLY_ATTACHED)) return leave(1);
  if (!wait_for_stop(&probe)) return leave(0);
  release_links(&probe.faults);
  run_iterator(&probe, "snapshot_waiting", 0);
  forget_targets();
  /* Whoever asked may record the same processes again as soon as it has the answer. */
  unlock_targets(&probe);
  send_reply(&probe, FS_REPLY_STOPPED);
  return leave(0);
}
