#ifndef COMPACTOR_REPORT_H
#define COMPACTOR_REPORT_H

#include "collector.h"

struct outcome {
  uint64_t duration_ns;
  unsigned objects, wrong;    /* by the check at the end */
  uint64_t corrupt_reads;     /* by the mutators on the way */
  struct histogram *clock_ns; /* of two readings of the clock with nothing in between */
};

/* What was measured, as one JSON object. */
void report_json(const struct collector *c, const struct outcome *outcome, const char *path);

/* The same in a few lines. */
void report_words(const struct collector *c, const struct outcome *outcome);

#endif
