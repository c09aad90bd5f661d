#include "histogram.h"

enum { EXACT = 256, SUB_BITS = 7 };

static size_t bucket_of(uint64_t ns) {
  if (ns < EXACT) return ns;
  unsigned exponent = 63u - (unsigned)__builtin_clzll(ns); /* 8 or more */
  if (exponent > 41) return HISTOGRAM_BUCKETS - 1;
  uint64_t sub = (ns >> (exponent - SUB_BITS)) & ((1u << SUB_BITS) - 1);
  return EXACT + (size_t)(exponent - 8) * (1u << SUB_BITS) + sub;
}

uint64_t histogram_low(size_t bucket) {
  if (bucket < EXACT) return bucket;
  unsigned exponent = 8 + (unsigned)((bucket - EXACT) >> SUB_BITS);
  uint64_t sub = (bucket - EXACT) & ((1u << SUB_BITS) - 1);
  return ((uint64_t)1 << exponent) + (sub << (exponent - SUB_BITS));
}

void histogram_add(struct histogram *h, uint64_t ns) {
  if (h->count == 0 || ns < h->min) h->min = ns;
  if (ns > h->max) h->max = ns;
  h->count++;
  h->sum += ns;
  h->buckets[bucket_of(ns)]++;
}

void histogram_merge(struct histogram *into, const struct histogram *from) {
  if (from->count == 0) return;
  if (into->count == 0 || from->min < into->min) into->min = from->min;
  if (from->max > into->max) into->max = from->max;
  into->count += from->count;
  into->sum += from->sum;
  for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) into->buckets[i] += from->buckets[i];
}

uint64_t histogram_quantile(const struct histogram *h, double q) {
  if (h->count == 0) return 0;
  double wanted = q * (double)h->count; /* nearest rank: the smallest value with at least q of all at or below it */
  uint64_t seen = 0;
  size_t i = 0;
  while (i < HISTOGRAM_BUCKETS - 1 && (double)(seen += h->buckets[i]) < wanted) i++;
  uint64_t middle = i < EXACT ? i : (histogram_low(i) + histogram_low(i + 1)) / 2;
  if (middle < h->min) return h->min;
  return middle > h->max ? h->max : middle;
}
