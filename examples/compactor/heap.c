#define _GNU_SOURCE
#include "heap.h"

#include "fail.h"
#include "uffd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_DEAD_RUN = 64 };
static const uint32_t NOBODY = UINT32_MAX;

uint64_t random_next(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 0x2545f4914f6cdd1dull;
}

static void *table(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) fail("no memory for a table of %zu entries", count);
  return memory;
}

static void map_space(struct heap *heap, unsigned space, int fixed) {
  size_t size = (size_t)heap->capacity * heap->page_size;
  char *base = mmap(heap->space[space], size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | fixed, -1, 0);
  if (base == MAP_FAILED) fail_errno("cannot map a space of %zu bytes", size);
  heap->space[space] = base;
  /* Whole huge pages would move as one: then a "page" of the figures would be 2 MiB. Fails where there is no THP. */
  (void)madvise(base, size, MADV_NOHUGEPAGE);
  if (heap->identical && madvise(base, size, MADV_MERGEABLE) != 0) fail_errno("MADV_MERGEABLE (KSM in this kernel?)");
}

void heap_create(struct heap *heap, unsigned pages, bool identical) {
  *heap = (struct heap){.pages = pages, .capacity = pages + pages / 4, .identical = identical};
  heap->random = 0x9e3779b97f4a7c15ull;
  heap->page_size = (size_t)sysconf(_SC_PAGESIZE);
  heap->place = table(heap->pages, sizeof *heap->place);
  heap->owner = table(heap->capacity, sizeof *heap->owner);
  heap->source = table(heap->capacity, sizeof *heap->source);
  heap->state = table(heap->capacity, sizeof *heap->state);
  heap->versions = table((size_t)pages * OBJECTS_PER_PAGE, sizeof *heap->versions);
  for (unsigned space = 0; space < 2; space++) {
    heap->seam[space] = table(heap->capacity + 1, sizeof *heap->seam[space]);
    map_space(heap, space, 0);
  }
  memset(heap->owner, 0xff, heap->capacity * sizeof *heap->owner);
  for (unsigned page = 0; page < pages; page++) {
    heap->place[page] = heap->owner[page] = page;
    atomic_store(&heap->state[page], PAGE_DONE);
  }
  for (unsigned id = 0; id < pages * OBJECTS_PER_PAGE; id++) object_write(heap, id);
}

void heap_clear_space(struct heap *heap, unsigned space, bool remap) {
  size_t size = (size_t)heap->capacity * heap->page_size;
  if (remap) {
    map_space(heap, space, MAP_FIXED);
    memset(heap->seam[space], 0, heap->capacity * sizeof *heap->seam[space]);
  } else if (madvise(heap->space[space], size, MADV_DONTNEED) != 0) {
    fail_errno("cannot drop from-space");
  }
}

void heap_churn(struct heap *heap) {
  unsigned tail = heap->pages;
  while (tail < heap->capacity) {
    unsigned page = (unsigned)(random_next(&heap->random) % heap->pages);
    unsigned run = 1 + (unsigned)(random_next(&heap->random) % LONGEST_DEAD_RUN);
    for (; run > 0 && page < heap->pages && tail < heap->capacity; run--, page++) {
      uint32_t logical = heap->owner[page];
      if (logical == NOBODY) continue;
      heap->owner[page] = NOBODY; /* its old objects stay behind as garbage */
      heap->owner[tail] = logical;
      heap->place[logical] = tail++;
      for (unsigned i = 0; i < OBJECTS_PER_PAGE; i++) object_write(heap, logical * OBJECTS_PER_PAGE + i);
    }
  }
}

void heap_flip(struct heap *heap) {
  unsigned to = 0;
  for (unsigned from = 0; from < heap->capacity; from++) {
    uint32_t logical = heap->owner[from];
    if (logical == NOBODY) continue;
    heap->source[to] = from;
    heap->place[logical] = to;
    heap->owner[to] = logical; /* to <= from: the entry has been read */
    atomic_store(&heap->state[to], PAGE_TODO);
    to++;
  }
  for (unsigned page = to; page < heap->capacity; page++) heap->owner[page] = NOBODY;
  heap->active ^= 1;
}
