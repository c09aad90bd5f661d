/* What is known of a process: its mappings and, through libdwfl, the object files behind them. */
#ifndef SYMBOLIZER_PROCESS_H
#define SYMBOLIZER_PROCESS_H

#include "maps.h"
#include "sample.h"

#include <elfutils/libdwfl.h>

struct process {
  pid_t pid;
  uint64_t start_time;          /* of the process, in clock ticks since boot: tells a reused pid */
  uint64_t exe_device, exe_inode; /* tells an exec */
  struct maps maps;
  Dwfl *dwfl;
  bool attached;               /* libdwfl knows an architecture and can unwind */
  const struct sample *sample; /* the one being unwound */
  uint64_t last_used;
};

/*
 * The process of a pid, loaded when it is not known yet, when it is another process by now, or when `fresh` asks for
 * a look. One that has ended since is as it was. NULL when nothing is known of it; *error then is the errno.
 */
struct process *process_get(pid_t pid, bool fresh, int *error);

/* Loads the mappings again; returns whether they had changed. Invalidates what came from the process before. */
bool process_reload(struct process *process);

/* Opens every object file now, so that the end of the process, or of its mount namespace, does no harm. */
void process_open_files(struct process *process);

/* --- unwind.c */
extern const Dwfl_Thread_Callbacks unwind_callbacks;

/* Return addresses, innermost first; the first one is the ip itself. At least that one. */
size_t unwind(struct process *process, const struct sample *sample, uint64_t *addresses, size_t room);

#endif
