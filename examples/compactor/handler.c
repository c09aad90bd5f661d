#define _GNU_SOURCE
#include "fail.h"
#include "mutator.h"
#include "resolve.h"
#include "truth.h"

#include <errno.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

static int move_faulted_page(int uffd, struct uffdio_move *move) {
  return TIMED_IOCTL(OP_MOVE, uffd, UFFDIO_MOVE, move);
}

static int copy_faulted_page(int uffd, struct uffdio_copy *copy) {
  return TIMED_IOCTL(OP_COPY, uffd, UFFDIO_COPY, copy);
}

static int move_page_again(int uffd, struct uffdio_move *move) {
  return TIMED_IOCTL(OP_MOVE, uffd, UFFDIO_MOVE, move);
}

static int copy_page_again(int uffd, struct uffdio_copy *copy) {
  return TIMED_IOCTL(OP_COPY, uffd, UFFDIO_COPY, copy);
}

/* Time from the faulting access to its message, as far as the accessing thread has said when it began. */
static void record_notify(struct collector *c, uint32_t tid, uint64_t read_ns) {
  for (unsigned i = 0; i < c->options.threads; i++) {
    if ((uint32_t)atomic_load(&c->mutators[i].tid) != tid) continue;
    uint64_t began = atomic_load_explicit(&c->mutators[i].access_began_ns, memory_order_relaxed);
    if (began != 0 && began <= read_ns) histogram_add(&c->notify_ns, read_ns - began);
  }
}

static void serve_fault(struct collector *c, const struct uffd_msg *message, uint64_t read_ns) {
  static const struct calls calls = {.move = move_faulted_page, .copy = copy_faulted_page};
  static const struct calls again = {.move = move_page_again, .copy = copy_page_again};
  struct heap *heap = &c->heap;
  if (message->arg.pagefault.flags & UFFD_PAGEFAULT_FLAG_WRITE) c->delivered_writes++;
  else c->delivered_reads++;
  record_notify(c, message->arg.pagefault.feat.ptid, read_ns);
  size_t offset = (size_t)(message->arg.pagefault.address - (__u64)(uintptr_t)heap_page(heap, heap->active, 0));
  /* Of a round that is over: the page came, and the waiter ran on, before the message was read. */
  if (!c->collecting || offset >= heap->pages * heap->page_size) return;

  unsigned page = (unsigned)(offset / heap->page_size);
  struct range range = {.to = page, .from = heap->source[page], .count = 1};
  uint8_t todo = PAGE_TODO;
  bool claimed = atomic_compare_exchange_strong(&heap->state[page], &todo, PAGE_BUSY);
  /* Whoever else has claimed the page wakes its waiters, and a page that is done has none. */
  if (!claimed && !c->options.double_resolve) return;
  uint64_t begin_ns = now_ns();
  resolve_range(c, range, &calls);
  histogram_add(&c->service_ns, begin_ns - read_ns);
  histogram_add(&c->resolve_ns, now_ns() - begin_ns);
  if (c->options.double_resolve) resolve_range(c, range, &again);
}

static void read_messages(struct collector *c) {
  struct uffd_msg messages[16];
  ssize_t bytes = read(c->uffd, messages, sizeof messages);
  uint64_t read_ns = now_ns();
  if (bytes < 0) {
    if (errno == EAGAIN || errno == EINTR) return; /* its waiter was woken before the message was read */
    fail_errno("cannot read the userfaultfd");
  }
  pthread_mutex_lock(&c->flip);
  for (size_t i = 0; i < (size_t)bytes / sizeof *messages; i++) {
    c->messages[messages[i].event]++;
    if (messages[i].event != UFFD_EVENT_PAGEFAULT) fail("message %#x, which was not asked for", messages[i].event);
    serve_fault(c, &messages[i], read_ns);
  }
  pthread_mutex_unlock(&c->flip);
}

void *handler_main(void *argument) {
  struct collector *c = argument;
  prctl(PR_SET_NAME, "handler");
  truth_of_thread();
  struct pollfd waiting[] = {{.fd = c->uffd, .events = POLLIN}, {.fd = c->stop_event, .events = POLLIN}};
  while (waiting[1].revents == 0) {
    if (poll(waiting, 2, -1) < 0 && errno != EINTR) fail_errno("poll");
    if (waiting[0].revents & POLLERR) fail("the userfaultfd reports POLLERR");
    if (waiting[0].revents & POLLIN) read_messages(c);
  }
  return NULL;
}
