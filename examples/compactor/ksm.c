#define _GNU_SOURCE
#include "ksm.h"

#include "truth.h"

#include <stdio.h>
#include <unistd.h>

enum { WAIT_MS = 5000, STEP_MS = 20 };

static long number_in(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return -1;
  long number;
  if (fscanf(file, "%ld", &number) != 1) number = -1;
  fclose(file);
  return number;
}

long ksm_merged_pages(void) { return number_in("/proc/self/ksm_merging_pages"); }

const char *ksm_note(void) {
  switch (number_in("/sys/kernel/mm/ksm/run")) {
    case 1: return "KSM is running: merged pages cannot be moved and MOVE fails with EBUSY.";
    case -1: return "This kernel has no KSM: nothing will be merged.";
    default:
      return "KSM is not running: nothing will be merged and no EBUSY will be seen. "
             "As root: echo 1 > /sys/kernel/mm/ksm/run";
  }
}

void ksm_wait(struct collector *c) {
  if (number_in("/sys/kernel/mm/ksm/run") != 1) return;
  for (int waited = 0; waited < WAIT_MS && !atomic_load(&c->stopping); waited += STEP_MS) {
    if (ksm_merged_pages() >= (long)(c->heap.pages - c->heap.pages / 8)) return;
    usleep(STEP_MS * 1000);
  }
}
