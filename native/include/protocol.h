/*
 * What addon and probe say to each other over the SOCK_SEQPACKET pair that is the probe's fd 0: one request, one reply
 * with the ring's and the counters' descriptors (SCM_RIGHTS) or a refusal, later perhaps one stop and its answer. The
 * probe detaches and exits when the socket closes.
 */
#ifndef FAULTSCOPE_PROTOCOL_H
#define FAULTSCOPE_PROTOCOL_H

#include "events.h"

#define FS_MAGIC 0x50435346 /* "FSCP" */
#define FS_MAX_TARGETS 256

enum fs_hooks { FS_HOOKS_AUTO = 0, FS_HOOKS_SYSCALL = 1, FS_HOOKS_RAW = 2 };

enum fs_request_flag {
  /* Refuse targets that neither hold a userfaultfd nor have a registered range. */
  FS_REQUIRE_UFFD = 1,
};

struct fs_request {
  fs_u32 magic;
  fs_u32 version;
  fs_u32 ring_bytes;
  fs_u32 hooks;
  fs_u32 flags;
  fs_u32 pid_count;
  fs_u32 pids[FS_MAX_TARGETS];
};

enum fs_command_kind { FS_STOP = 1 };

struct fs_command {
  fs_u32 magic;
  fs_u32 command;
};

enum fs_reply_kind { FS_REPLY_ATTACHED = 1, FS_REPLY_FAILED = 2, FS_REPLY_STOPPED = 3 };

struct fs_reply {
  fs_u32 magic;
  fs_u32 version;
  fs_u32 kind;
  fs_u32 ring_bytes;
  fs_u64 start_ns;
  /* Measured at start: recorded minus true duration, ns. 1 in `calibrated` if there was a measurement. */
  fs_s64 ioctl_bias_ns;
  fs_s64 fault_bias_ns;
  fs_u32 calibrated;
  fs_u32 reserved;
  /* FS_REPLY_FAILED: the code of an AttachError (server/src/record/addon.ts), one sentence, what to do. */
  char code[24];
  char message[384];
  char remedy[384];
  /* FS_REPLY_ATTACHED: which hooks, in words. */
  char hooks[384];
};

#endif
