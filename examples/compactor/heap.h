/*
 * The heap: two spaces of pages, one active, and objects of a quarter page.
 *
 * Mutators name an object by number; `place` says on which page of the active space the objects of a logical page
 * lie. A collection makes the other space active, gives each live page the next free place in it (so garbage between
 * live pages disappears) and leaves the work of getting the pages there to the resolvers.
 */
#ifndef COMPACTOR_HEAP_H
#define COMPACTOR_HEAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OBJECTS_PER_PAGE = 4 };

/* Where a page of to-space is on its way. Who turns TODO into BUSY resolves it. */
enum page_state { PAGE_TODO, PAGE_BUSY, PAGE_DONE };

struct object {
  _Atomic uint64_t touched; /* written first, so that a write is the access that faults */
  uint64_t version;
  uint64_t checksum;
  uint64_t words[];
};

struct heap {
  size_t page_size;
  unsigned pages;    /* live ones */
  unsigned capacity; /* of a space: live pages and room for new ones */
  bool identical;    /* all objects alike, for KSM */
  char *space[2];
  unsigned active;
  uint32_t *place;         /* logical page -> page of the active space */
  uint32_t *owner;         /* page of the active space -> logical page or NOBODY */
  uint32_t *source;        /* page of to-space -> page of from-space */
  _Atomic uint8_t *state;  /* page of to-space -> enum page_state */
  bool *seam[2];           /* page -> a mapping may begin here (mremap leaves such seams) */
  uint64_t *versions;      /* object -> the version its owner wrote last; what verification believes */
  uint64_t random;
};

void heap_create(struct heap *heap, unsigned pages, bool identical);

/* Drops a space's pages; `remap` also makes it one mapping again. */
void heap_clear_space(struct heap *heap, unsigned space, bool remap);

/* Some runs of pages die; as many new ones are allocated at the end. Mutators must be stopped. */
void heap_churn(struct heap *heap);

/* Makes the other space active and plans the evacuation into it. Mutators must be stopped. */
void heap_flip(struct heap *heap);

static inline char *heap_page(const struct heap *heap, unsigned space, unsigned page) {
  return heap->space[space] + (size_t)page * heap->page_size;
}

struct object *heap_object(const struct heap *heap, unsigned id);

/* Writes the next version of an object. Only its owner may. */
void object_write(struct heap *heap, unsigned id);

/* Whether the stored checksum fits the words: cheap, for each read. */
bool object_consistent(const struct heap *heap, const struct object *object);

/* Objects that are not what their owner wrote last, word for word. */
unsigned heap_verify(const struct heap *heap);

/* xorshift64*; state must not be 0. */
uint64_t random_next(uint64_t *state);

#endif
