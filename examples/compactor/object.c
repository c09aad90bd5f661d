#include "heap.h"

/* Words are a function of the object's number and version, so a page at the wrong place or of the wrong time shows. */
static uint64_t word(const struct heap *heap, unsigned id, uint64_t version, unsigned index) {
  uint64_t x = version * 0x9e3779b97f4a7c15ull + index;
  if (!heap->identical) x += (uint64_t)id << 40;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  return x ^ (x >> 27);
}

static unsigned words_of(const struct heap *heap) {
  return (unsigned)((heap->page_size / OBJECTS_PER_PAGE - sizeof(struct object)) / sizeof(uint64_t));
}

static uint64_t checksum(const struct object *object, unsigned words) {
  uint64_t sum = object->version;
  for (unsigned i = 0; i < words; i++) sum = sum * 31 + object->words[i];
  return sum;
}

struct object *heap_object(const struct heap *heap, unsigned id) {
  char *page = heap_page(heap, heap->active, heap->place[id / OBJECTS_PER_PAGE]);
  return (struct object *)(page + id % OBJECTS_PER_PAGE * (heap->page_size / OBJECTS_PER_PAGE));
}

void object_write(struct heap *heap, unsigned id) {
  struct object *object = heap_object(heap, id);
  unsigned words = words_of(heap);
  object->version = heap->versions[id] + 1;
  for (unsigned i = 0; i < words; i++) object->words[i] = word(heap, id, object->version, i);
  object->checksum = checksum(object, words);
  heap->versions[id] = object->version;
}

bool object_consistent(const struct heap *heap, const struct object *object) {
  return object->checksum == checksum(object, words_of(heap));
}

unsigned heap_verify(const struct heap *heap) {
  unsigned wrong = 0, words = words_of(heap);
  for (unsigned id = 0; id < heap->pages * OBJECTS_PER_PAGE; id++) {
    const struct object *object = heap_object(heap, id);
    bool right = object->version == heap->versions[id] && object_consistent(heap, object);
    for (unsigned i = 0; right && i < words; i++) right = object->words[i] == word(heap, id, object->version, i);
    if (!right) wrong++;
  }
  return wrong;
}
