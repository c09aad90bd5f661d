#include "causes.h"

/* The next call shows the hidden errno; it fails for the same cause. */
static void hole_in_the_middle(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(madvise(m.from + 2 * PAGE, PAGE, MADV_DONTNEED) == 0); //@ stopped cause //@ hidden cause
  FAILS(EAGAIN, MOVE(m.uffd, m.to, m.from, 4)); //@ stopped fails eagain-partial dropped
  if (cause) EXPECT(MOVE(m.uffd, m.to + 2 * PAGE, m.from + 2 * PAGE, 2) == ENOENT); //@ hidden fails enoent-hole dropped
}

/* Nobody calls for the rest: what is known of the page has to do. */
static void not_continued(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(COPY(m.uffd, m.to + PAGE, bytes, 1) == 0); //@ not-continued cause
  FAILS(EAGAIN, COPY(m.uffd, m.to, bytes, 3)); //@ not-continued fails eagain-partial populated
}

static void half_shared(bool cause) {
  struct memory m = prepare(0);
  if (cause) FORK_AND_REAP(); //@ half-shared cause
  EXPECT(madvise(m.from, 2 * PAGE, MADV_POPULATE_WRITE) == 0);
  FAILS(EAGAIN, MOVE(m.uffd, m.to, m.from, 4)); //@ half-shared fails eagain-partial fork
}

static struct memory events;

static void *make_remove(void *unused) {
  (void)unused;
  madvise(events.to, PAGE, MADV_DONTNEED); //@ remove-event cause
  return NULL;
}

static void *make_unmap(void *unused) {
  (void)unused;
  munmap(events.to, PAGE); //@ unmap-event cause
  return NULL;
}

static void *make_remap(void *unused) {
  (void)unused;
  char *place = MAP(1, PROT_NONE, ANONYMOUS);
  char *volatile at = mremap(events.to, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place); //@ remap-event cause
  return at;
}

static void *make_fork(void *unused) {
  (void)unused;
  FORK_AND_REAP(); //@ fork-event cause
  return NULL;
}

static void *make_nothing(void *unused) { return unused; }

/* Pages are placed while another thread waits for its event to be read. */
#define WITH_EVENT(name, feature, make)                                                    \
  pthread_t other;                                                                         \
  struct uffd_msg message;                                                                 \
  events = prepare(feature);                                                               \
  EXPECT(pthread_create(&other, NULL, cause ? make : make_nothing, NULL) == 0);            \
  struct pollfd ready = {.fd = events.uffd, .events = POLLIN};                             \
  EXPECT(poll(&ready, 1, cause ? 5000 : 0) == (cause ? 1 : 0))
#define READ_EVENT() \
  if (cause) EXPECT(read_message(events.uffd, &message, 5000)); \
  pthread_join(other, NULL)

static void remove_event(bool cause) {
  WITH_EVENT(remove, 8, make_remove);
  FAILS(EAGAIN, COPY(events.uffd, events.to + 4 * PAGE, bytes, 1)); //@ remove-event fails eagain-events event-remove
  READ_EVENT();
}

static void unmap_event(bool cause) {
  WITH_EVENT(unmap, 0x40, make_unmap);
  FAILS(EAGAIN, ZEROPAGE(events.uffd, events.to + 4 * PAGE, 1)); //@ unmap-event fails eagain-events event-unmap
  READ_EVENT();
}

static void remap_event(bool cause) {
  WITH_EVENT(remap, 4, make_remap);
  FAILS(EAGAIN, MOVE(events.uffd, events.to + 4 * PAGE, events.from, 1)); //@ remap-event fails eagain-events event-remap
  READ_EVENT();
}

static void fork_event(bool cause) {
  WITH_EVENT(fork, 2, make_fork);
  FAILS(EAGAIN, COPY(events.uffd, events.to + 4 * PAGE, bytes, 1)); //@ fork-event fails eagain-events event-fork
  READ_EVENT();
}

const struct test_case again_cases[] = {
    {"hole-in-the-middle", hole_in_the_middle},
    {"not-continued", not_continued},
    {"half-shared", half_shared},
    {"remove-event", remove_event},
    {"unmap-event", unmap_event},
    {"remap-event", remap_event},
    {"fork-event", fork_event},
    {NULL, NULL},
};
