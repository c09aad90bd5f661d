#include "causes.h"

static void never_written(bool cause) {
  struct memory m = prepare(0);
  char *from = MAP(8, RW, ANONYMOUS); //@ never-written cause
  if (!cause) write_pages(from, 8);
  FAILS(ENOENT, MOVE(m.uffd, m.to, from, 1)); //@ never-written fails enoent-hole never-written
}

static void dropped(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(madvise(m.from + PAGE, 2 * PAGE, MADV_DONTNEED) == 0); //@ dropped cause
  FAILS(ENOENT, MOVE(m.uffd, m.to, m.from + 2 * PAGE, 1)); //@ dropped fails enoent-hole dropped
}

static void moved_away(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(MOVE(m.uffd, m.to, m.from, 2) == 0); //@ moved-away cause
  FAILS(ENOENT, MOVE(m.uffd, m.to + 4 * PAGE, m.from + PAGE, 1)); //@ moved-away fails enoent-hole moved-away
}

static void source_unmapped(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(munmap(m.from, 8 * PAGE) == 0); //@ source-unmapped cause
  FAILS(ENOENT, MOVE(m.uffd, m.to, m.from, 1)); //@ source-unmapped fails einval-mapping unmapped
}

static void source_remapped(bool cause) {
  struct memory m = prepare(0);
  char *now = cause ? mremap(m.from, 8 * PAGE, 16 * PAGE, MREMAP_MAYMOVE) : m.from; //@ source-remapped cause
  EXPECT(cause == (now != m.from));
  FAILS(ENOENT, MOVE(m.uffd, m.to, m.from, 1)); //@ source-remapped fails einval-mapping unmapped
}

static void copy_unregistered(bool cause) {
  struct memory m = prepare(0);
  char *to = MAP(8, RW, ANONYMOUS);
  if (!cause) EXPECT(REGISTER(m.uffd, to, 8, MISSING) == 0);
  FAILS(ENOENT, COPY(m.uffd, to, bytes, 1)); //@ copy-unregistered fails einval-unregistered unregistered
}

static void copy_no_longer(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(UNREGISTER(m.uffd, m.to, 8) == 0); //@ copy-no-longer cause
  FAILS(ENOENT, ZEROPAGE(m.uffd, m.to, 1)); //@ copy-no-longer fails einval-unregistered no-longer-registered
}

static void copy_unmapped(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(munmap(m.to, 8 * PAGE) == 0); //@ copy-unmapped cause
  FAILS(ENOENT, COPY(m.uffd, m.to, bytes, 1)); //@ copy-unmapped fails einval-mapping unmapped
}

static void protect_missing_only(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 1) == 0);
  char *range = MAP(8, RW, ANONYMOUS);
  EXPECT(REGISTER(uffd, range, 8, cause ? MISSING : MISSING | WP) == 0); //@ protect-missing-only cause
  FAILS(ENOENT, PROTECT(uffd, range, 1, 1)); //@ protect-missing-only fails einval-mode not-wp
}

const struct test_case absent_cases[] = {
    {"never-written", never_written},
    {"dropped", dropped},
    {"moved-away", moved_away},
    {"source-unmapped", source_unmapped},
    {"source-remapped", source_remapped},
    {"copy-unregistered", copy_unregistered},
    {"copy-no-longer", copy_no_longer},
    {"copy-unmapped", copy_unmapped},
    {"protect-missing-only", protect_missing_only},
    {NULL, NULL},
};
