/*
 * A log-linear histogram of nanoseconds: exact below 256 ns, then 128 buckets for each power of two, so the middle of
 * a bucket is within 0.4 % of every value in it. Up to 2^42 ns (73 minutes); longer ones count in the last bucket.
 */
#ifndef COMPACTOR_HISTOGRAM_H
#define COMPACTOR_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 256 + 34 * 128 };

struct histogram {
  uint64_t count, sum, min, max;
  uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t ns);
void histogram_merge(struct histogram *into, const struct histogram *from);

/* Value at quantile q in 0..1: the middle of the bucket that holds it, never outside min..max. 0 when empty. */
uint64_t histogram_quantile(const struct histogram *h, double q);

/* Smallest value of a bucket. */
uint64_t histogram_low(size_t bucket);

#endif
