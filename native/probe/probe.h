/* What the probe's parts know of each other. Each part fails by filling the reply and returning false. */
#ifndef FAULTSCOPE_PROBE_H
#define FAULTSCOPE_PROBE_H

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stddef.h>

#include "../include/protocol.h"
#include "control.h"

/* Enough for the programs' links; per-thread fault events are kept apart because there can be thousands. */
#define FS_MAX_LINKS 32
#define FS_SKIPPED_PERIOD_MS 100

struct probe_links {
  struct bpf_link **items;
  size_t count, capacity;
};

/* How the end of a fault is seen (bpf/fault.h). */
enum fault_end { FAULT_END_RELEASE, FAULT_END_COUNT };

struct probe {
  struct fs_request request;
  struct fs_reply reply;
  struct bpf_object *object;
  struct fs_control *control;
  struct fs_counters *counters;
  int counters_fd, ring_fd;
  /* Chosen hooks, never FS_HOOKS_AUTO once loaded. */
  enum fs_hooks hooks;
  enum fault_end fault_end;
  /* The probe's own userfaultfd, and one page registered with it. */
  int own_uffd;
  int locks[FS_MAX_TARGETS];
  unsigned lock_count;
  unsigned long long start_times[FS_MAX_TARGETS];
  /* Skipped runs of before the recording, as the first count found them. */
  unsigned long long skipped_before;
  bool skipped_known;
  struct probe_links programs, faults;
};

/* reply.c */
bool fail(struct probe *probe, const char *code, const char *remedy, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool receive_request(struct probe *probe);
bool send_reply(const struct probe *probe, enum fs_reply_kind kind);
/* Returns when the peer asks to stop (true) or is gone (false); keeps the count of skipped runs meanwhile. */
bool wait_for_stop(struct probe *probe);

/* process.c: what /proc says about a pid. */
struct process_stat {
  char state;
  unsigned long long start_time;
};
bool read_process_stat(unsigned pid, struct process_stat *stat);
/* Thread ids of a process into a fresh array; the caller frees it. Returns how many, -1 with errno. */
int list_threads(unsigned pid, unsigned **tids);

/* preflight.c */
bool check_privilege(struct probe *probe);
bool check_targets(struct probe *probe);
bool lock_targets(struct probe *probe);
void unlock_targets(struct probe *probe);
bool check_targets_alive(struct probe *probe);

/* tracefs.c: the id of tracepoint `category/name`, or -1 with errno. */
bool open_tracefs(void);
int tracepoint_id(const char *category, const char *name);

/* load.c */
bool load_programs(struct probe *probe);

/* attach.c */
bool attach_programs(struct probe *probe);
/* Makes ends of the process's faults seen, in every thread it has and will have. */
bool attach_faults(struct probe *probe, unsigned pid);
void release_links(struct probe_links *links);
bool add_link(struct probe *probe, struct probe_links *links, struct bpf_link *link, const char *what);
bool follow_process(struct probe *probe, unsigned pid);
void unfollow_process(struct probe *probe, unsigned pid);

/* skipped.c: what the kernel says it left out is counted from the first call on. */
void count_skipped(struct probe *probe);

/* learn.c */
bool learn_kernel(struct probe *probe);

/* iterate.c: runs an iterator program to its end, over one process if `pid` is not 0. */
bool run_iterator(struct probe *probe, const char *program, unsigned pid);

/* calibrate.c */
bool calibrate(struct probe *probe);

/* own.c: a userfaultfd of the probe's own and memory registered with it. */
struct own_range {
  char *start;
  size_t pages, page_size;
};
int open_own_uffd(void);
bool register_own(int uffd, struct own_range *range, size_t pages);
void release_own(int uffd, struct own_range *range);
/* Reads one fault message and resolves it with zero pages; false if none came in time. */
bool serve_one(int uffd, const struct own_range *range, int timeout_ms);
unsigned long long now_ns(void);

#endif
