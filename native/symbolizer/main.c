#include "frames.h"
#include "json.h"
#include "limits.h"

#include <stdio.h>
#include <string.h>

enum { MAX_ADDRESSES = 64, MAX_FRAMES = 128 };

static void answer_without(const struct sample *sample, int error) {
  printf("{\"site\":%u,\"frames\":[", sample->site);
  if (sample->has_registers) json_frame(&(struct frame){.offset = sample->registers[REG_IP], .why = "unmapped"});
  fputs("],\"note\":", stdout);
  json_string(strerror(error));
  fputs("}\n", stdout);
}

/* How many of the addresses, from the innermost on, lie in executable memory that is known. */
static size_t covered(const struct process *process, const uint64_t *addresses, size_t count) {
  size_t i = 0;
  while (i < count && (maps_object(&process->maps, addresses[i] - 1) != NULL ||
                       maps_anonymous(&process->maps, addresses[i] - 1)))
    i++;
  return i;
}

static void resolve(struct process *process, const struct sample *sample) {
  uint64_t addresses[MAX_ADDRESSES];
  size_t count = unwind(process, sample, addresses, MAX_ADDRESSES);
  size_t known = covered(process, addresses, count);
  if (known < count && process_reload(process)) { /* mapped since: dlopen() or an exec */
    count = unwind(process, sample, addresses, MAX_ADDRESSES);
    known = covered(process, addresses, count);
  }
  /* Without unwind tables libdw follows frame pointers, which such code need not have: stop where it is lost. */
  count = known > 0 ? known : 1;
  size_t written = 0;
  printf("{\"site\":%u,\"frames\":[", sample->site);
  for (size_t i = 0; i < count && written < MAX_FRAMES; i++) {
    struct frame frames[MAX_FRAMES];
    /* A return address belongs to the next line, or function, already; the ip of a system call as well. */
    size_t here = frames_at(process, addresses[i] - 1, frames, MAX_FRAMES - written);
    for (size_t f = 0; f < here; f++) {
      if (written++ > 0) putchar(',');
      json_frame(&frames[f]);
    }
  }
  fputs("]}\n", stdout);
}

static void answer(const struct sample *sample) {
  int error = 0;
  struct process *process = process_get((pid_t)sample->pid, !sample->has_registers, &error);
  if (process == NULL) {
    answer_without(sample, error);
  } else if (sample->has_registers) {
    resolve(process, sample);
  } else {
    process_open_files(process);
    printf("{\"site\":%u,\"frames\":[]}\n", sample->site);
  }
}

int main(void) {
  static struct sample sample;
  limits_set();
  while (sample_read(&sample)) {
    limits_begin_request();
    answer(&sample);
    if (fflush(stdout) != 0) return 1;
  }
  return 0;
}
