#define _GNU_SOURCE
#include "resolve.h"

#include "fail.h"
#include "truth.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

static __u64 to_address(const struct collector *c, unsigned page) {
  return (__u64)(uintptr_t)heap_page(&c->heap, c->heap.active, page);
}

static __u64 from_address(const struct collector *c, unsigned page) {
  return (__u64)(uintptr_t)heap_page(&c->heap, c->heap.active ^ 1, page);
}

/* mincore() looks at the page table only: it never faults the page in. */
static bool present(const struct collector *c, __u64 address) {
  unsigned char resident = 0;
  if (mincore((void *)(uintptr_t)address, c->heap.page_size, &resident) != 0) fail_errno("mincore");
  return resident & 1;
}

/* Gives memory of from-space back once its content is in to-space. */
static void drop_source(struct collector *c, unsigned page, unsigned count) {
  void *start = (void *)(uintptr_t)from_address(c, page);
  size_t length = count * c->heap.page_size;
  if (TIMED_CALL(OP_MADVISE, length, madvise(start, length, MADV_DONTNEED)) != 0) fail_errno("MADV_DONTNEED");
}

void wake_page(struct collector *c, unsigned page) {
  struct uffdio_range range = {.start = to_address(c, page), .len = c->heap.page_size};
  if (TIMED_IOCTL(OP_WAKE, c->uffd, UFFDIO_WAKE, &range) != 0) fail_errno("UFFDIO_WAKE");
}

static void advance(struct collector *c, struct range *range, unsigned pages) {
  for (unsigned i = 0; i < pages; i++) atomic_store(&c->heap.state[range->to + i], PAGE_DONE);
  range->to += pages;
  range->from += pages;
  range->count -= pages;
}

/*
 * The page is there although this call did not bring it: another resolver was faster, or it is Linux 6.18, whose MOVE
 * may answer EEXIST, or too small a count, after it has moved the page. In neither case has this call woken anyone.
 */
static void page_was_there(struct collector *c, struct range *range) {
  atomic_fetch_add(&c->already_there, 1);
  wake_page(c, range->to);
  if (present(c, from_address(c, range->from))) drop_source(c, range->from, 1); /* filled by a copy */
  advance(c, range, 1);
}

/* A hole in from-space: the objects in it were never written, so zeros are what they are. */
static void fill_with_zeros(struct collector *c, struct range *range) {
  struct uffdio_zeropage zero = {.range = {.start = to_address(c, range->to), .len = c->heap.page_size}};
  if (TIMED_IOCTL(OP_ZEROPAGE, c->uffd, UFFDIO_ZEROPAGE, &zero) == 0) advance(c, range, 1);
  else if (errno == EEXIST) page_was_there(c, range);
  else if (errno != EAGAIN) fail_errno("UFFDIO_ZEROPAGE of page %u", range->to); /* EAGAIN: the caller tries again */
}

static void resolve_by_copy(struct collector *c, struct range range, const struct calls *calls) {
  size_t page_size = c->heap.page_size;
  while (range.count > 0) {
    struct uffdio_copy copy = {
        .dst = to_address(c, range.to), .src = from_address(c, range.from), .len = range.count * page_size};
    int result = calls->copy(c->uffd, &copy);
    int error = errno;
    unsigned copied = copy.copy > 0 ? (unsigned)((size_t)copy.copy / page_size) : 0;
    if (copied > 0) {
      drop_source(c, range.from, copied);
      advance(c, &range, copied);
    }
    if (result == 0 || copied > 0) continue; /* a partial copy: the next call says what stopped it */
    switch (error) {
      case EEXIST: page_was_there(c, &range); break;
      case EAGAIN: sched_yield(); break; /* the address space is being changed; it will not be for long */
      default: errno = error; fail_errno("UFFDIO_COPY of page %u", range.to);
    }
  }
}

static void resolve_by_move(struct collector *c, struct range range, const struct calls *calls) {
  size_t page_size = c->heap.page_size;
  while (range.count > 0) {
    struct uffdio_move move = {
        .dst = to_address(c, range.to), .src = from_address(c, range.from), .len = range.count * page_size};
    int result = calls->move(c->uffd, &move);
    int error = errno;
    unsigned moved = move.move > 0 ? (unsigned)((size_t)move.move / page_size) : 0;
    advance(c, &range, moved);
    if (result == 0 || moved > 0) continue; /* EAGAIN after some pages: the next call says what stopped it */
    switch (error) {
      case EBUSY: /* shared by a fork or KSM, or pinned: cannot be moved, can be copied */
        resolve_by_copy(c, range, calls);
        return;
      case EEXIST: page_was_there(c, &range); break;
      case EAGAIN: sched_yield(); break;
      case ENOENT: /* a hole, unless another resolver emptied it between the kernel's look at dst and at src */
        if (present(c, to_address(c, range.to))) page_was_there(c, &range);
        else fill_with_zeros(c, &range);
        break;
      case EFAULT: /* the page may have moved before the kernel failed to say so */
        if (present(c, to_address(c, range.to))) page_was_there(c, &range);
        else fail("UFFDIO_MOVE of page %u: the source holds no page (poisoned or a guard)", range.from);
        break;
      default: errno = error; fail_errno("UFFDIO_MOVE of page %u", range.to);
    }
  }
}

void resolve_range(struct collector *c, struct range range, const struct calls *calls) {
  switch (c->options.mode) {
    case MODE_MOVE: resolve_by_move(c, range, calls); break;
    case MODE_COPY: resolve_by_copy(c, range, calls); break;
    case MODE_MREMAP:
      if (resolve_by_mremap(c, range)) advance(c, &range, range.count);
      else resolve_by_copy(c, range, calls);
      break;
  }
}
