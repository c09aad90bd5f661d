/*
 * Getting pages to to-space, whatever the kernel answers.
 *
 * The caller says how it makes the call (so that each has its own call site); resolve_range() knows every errno.
 */
#ifndef COMPACTOR_RESOLVE_H
#define COMPACTOR_RESOLVE_H

#include "collector.h"
#include "uffd.h"

struct range {
  unsigned to, from; /* first page in to-space, in from-space */
  unsigned count;
};

struct calls {
  int (*move)(int uffd, struct uffdio_move *move);
  int (*copy)(int uffd, struct uffdio_copy *copy);
};

/* Returns when every page of the range is there, is marked DONE, and nobody waits for it. */
void resolve_range(struct collector *c, struct range range, const struct calls *calls);

/* Wakes whoever waits for a page that is there. */
void wake_page(struct collector *c, unsigned page);

/* --- remap.c */

/* mremap(2) instead of an ioctl. Returns false, with nothing done, when the process has too many mappings. */
bool resolve_by_mremap(struct collector *c, struct range range);

#endif
