/* The JSON of values that occur more than once. */
#ifndef COMPACTOR_JSON_H
#define COMPACTOR_JSON_H

#include "truth.h"

#include <stdio.h>

void json_string(FILE *out, const char *text);

/* {"min","mean","p50","p90","p99","p999","max"}, or null when nothing was measured. */
void json_latency(FILE *out, const struct histogram *h);

/* [[lowest ns of the bucket, count], ...] without the empty ones. */
void json_buckets(FILE *out, const struct histogram *h);

/* "EBUSY"; "other" for 0 and for unknown numbers. */
const char *errno_name(int error);

/* "calls","ok","partial","errors","bytes": members, without braces. */
void json_tally(FILE *out, const struct tally *tally);

#endif
