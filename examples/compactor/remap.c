#define _GNU_SOURCE
#include "fail.h"
#include "resolve.h"
#include "truth.h"

#include <errno.h>

/*
 * The page tables move here too, but so does the mapping: it takes the lock of the whole address space, each call may
 * split mappings, and to-space loses its registration page by page. Hence the WAKE, which mremap does not do.
 */
bool resolve_by_mremap(struct collector *c, struct range range) {
  struct heap *heap = &c->heap;
  size_t length = range.count * heap->page_size;
  char *from = heap_page(heap, heap->active ^ 1, range.from);
  char *to = heap_page(heap, heap->active, range.to);
  int flags = MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP;
  if (TIMED_CALL(OP_MREMAP, length, (intptr_t)mremap(from, length, length, flags, to)) != 0) {
    if (errno == ENOMEM) return false; /* vm.max_map_count; checked before anything is changed */
    fail_errno("mremap of page %u", range.from);
  }
  heap->seam[heap->active][range.to] = true;
  heap->seam[heap->active][range.to + range.count] = true;
  struct uffdio_range woken = {.start = (__u64)(uintptr_t)to, .len = length};
  if (TIMED_IOCTL(OP_WAKE, c->uffd, UFFDIO_WAKE, &woken) != 0) fail_errno("UFFDIO_WAKE");
  return true;
}
