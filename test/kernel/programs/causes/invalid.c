#include "causes.h"

static void arguments(bool cause) {
  struct memory m = prepare(0);
  unsigned long off = cause ? 8 : 0;
  FAILS(EINVAL, MOVE(m.uffd, m.to + off, m.from, 1)); //@ dst-off fails einval-alignment alignment
  FAILS(EINVAL, MOVE(m.uffd, m.to + PAGE, m.from + PAGE + off, 1)); //@ src-off fails einval-alignment alignment
  FAILS(EINVAL, MOVE_MODE(m.uffd, m.to + 2 * PAGE, m.from + 2 * PAGE, PAGE + off, 0)); //@ len-off fails einval-alignment alignment
  FAILS(EINVAL, MOVE_MODE(m.uffd, m.to + 3 * PAGE, m.from + 3 * PAGE, cause ? 0 : PAGE, 0)); //@ len-zero fails einval-alignment length
  FAILS(EINVAL, MOVE_MODE(m.uffd, m.to + 4 * PAGE, m.from + 4 * PAGE, PAGE, cause ? 16 : 0)); //@ move-mode fails einval-mode mode
  FAILS(EINVAL, COPY_MODE(m.uffd, m.to + 5 * PAGE, bytes, PAGE, cause ? 8 : 0)); //@ copy-mode fails einval-mode mode
  FAILS(EINVAL, WAKE(m.uffd, m.to, cause ? 100 : PAGE)); //@ wake-len fails einval-alignment alignment
  char *range = MAP(8, RW, ANONYMOUS);
  FAILS(EINVAL, REGISTER(m.uffd, range, 8, cause ? 0 : MISSING)); //@ register-mode fails einval-mode mode
  FAILS(EINVAL, ZEROPAGE(m.uffd, cause ? (char *)0xfffffffffffff000 : m.to + 6 * PAGE, 1)); //@ beyond fails einval-alignment address-range
  /* Succeeds for no argument, so it has no twin. */
  if (cause) EXPECT(CALL(m.uffd, _IOWR(0xAA, 0x77, struct uffdio_copy), bytes) == EINVAL); //@ number fails einval-number number
}

static void protect_both(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 1) == 0);
  char *range = MAP(8, RW, ANONYMOUS);
  EXPECT(REGISTER(uffd, range, 8, WP) == 0);
  FAILS(EINVAL, PROTECT(uffd, range, 1, cause ? 3 : 1)); //@ protect-both fails einval-mode mode
}

static void handshakes(bool cause) {
  int uffd = new_uffd();
  char *range = MAP(8, RW, ANONYMOUS);
  if (!cause) EXPECT(API(uffd, UFFD_API, 0) == 0);
  FAILS(EINVAL, REGISTER(uffd, range, 8, MISSING)); //@ no-handshake fails einval-unregistered handshake
  if (!cause) return;
  EXPECT(API(uffd, 0xAB, 0) == EINVAL); //@ api-version fails einval-mode api-version
  EXPECT(API(uffd, UFFD_API, 1ull << 40) == EINVAL); //@ api-features fails einval-mode api-features
  EXPECT(API(uffd, UFFD_API, 0) == 0); //@ api-again cause
  EXPECT(API(uffd, UFFD_API, 0) == EINVAL); //@ api-again fails einval-mode api-again
}

static void foreign(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 0) == 0);
  char *to = MAP(8, RW, ANONYMOUS);
  char *from = MAP(8, RW, ANONYMOUS);
  EXPECT(REGISTER(uffd, to, 8, MISSING) == 0);
  pid_t child = cause ? fork() : 0;
  if (child != 0) {
    int status = 1;
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    return;
  }
  write_pages(from, 8);
  FAILS(EINVAL, MOVE(uffd, to, from, 1)); //@ foreign fails einval-foreign-mm foreign-mm
  EXPECT(COPY(uffd, to + PAGE, bytes, 1) == 0);
  done();
}

static void not_registered(bool cause) {
  struct memory m = prepare(0);
  char *to = MAP(8, RW, ANONYMOUS);
  if (!cause) EXPECT(REGISTER(m.uffd, to, 8, MISSING) == 0);
  FAILS(EINVAL, MOVE(m.uffd, to, m.from, 1)); //@ not-registered fails einval-unregistered unregistered
}

static void no_longer(bool cause) {
  struct memory m = prepare(0);
  char *to = m.to, *place = MAP(8, PROT_NONE, ANONYMOUS);
  if (cause) to = mremap(m.to, 8 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place); //@ no-longer cause
  FAILS(EINVAL, MOVE(m.uffd, to, m.from, 1)); //@ no-longer fails einval-unregistered no-longer-registered
}

static void registered_elsewhere(bool cause) {
  struct memory m = prepare(0);
  int other = new_uffd();
  EXPECT(API(other, UFFD_API, 0) == 0);
  char *to = MAP(8, RW, ANONYMOUS);
  EXPECT(REGISTER(cause ? other : m.uffd, to, 8, MISSING) == 0); //@ registered-elsewhere cause
  FAILS(EINVAL, MOVE(m.uffd, to, m.from, 1)); //@ registered-elsewhere fails einval-unregistered other-uffd
}

static void shared_source(bool cause) {
  struct memory m = prepare(0);
  char *from = MAP(8, RW, MAP_ANONYMOUS | (cause ? MAP_SHARED : MAP_PRIVATE)); //@ shared-source cause
  write_pages(from, 8);
  FAILS(EINVAL, MOVE(m.uffd, m.to, from, 1)); //@ shared-source fails einval-mapping shared
}

static void file_source(bool cause) {
  struct memory m = prepare(0);
  int file = (int)syscall(SYS_memfd_create, "file", 0);
  EXPECT(file >= 0 && ftruncate(file, 8 * PAGE) == 0);
  char *from = cause ? mmap(NULL, 8 * PAGE, RW, MAP_PRIVATE, file, 0) : m.from; //@ file-source cause
  write_pages(from, 8);
  FAILS(EINVAL, MOVE(m.uffd, m.to, from, 1)); //@ file-source fails einval-mapping file
}

static void protection(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(mprotect(m.from, 8 * PAGE, PROT_READ) == 0); //@ protection cause
  FAILS(EINVAL, MOVE(m.uffd, m.to, m.from, 1)); //@ protection fails einval-mapping protection
}

static void read_only(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(mprotect(m.to, 8 * PAGE, PROT_READ) == 0);
  if (cause) EXPECT(mprotect(m.from, 8 * PAGE, PROT_READ) == 0); //@ read-only cause
  FAILS(EINVAL, MOVE(m.uffd, m.to, m.from, 1)); //@ read-only fails einval-mapping not-writable
}

static void locked(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(mlock(m.from, 8 * PAGE) == 0); //@ locked cause
  FAILS(EINVAL, MOVE(m.uffd, m.to, m.from, 1)); //@ locked fails einval-mapping locking
}

static void split(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(madvise(m.from, 2 * PAGE, MADV_DONTFORK) == 0); //@ split cause
  FAILS(EINVAL, MOVE(m.uffd, m.to, m.from, 4)); //@ split fails einval-mapping crosses-mappings
}

static void beyond_mapping(bool cause) {
  struct memory m = prepare(0);
  FAILS(EINVAL, MOVE(m.uffd, m.to, m.from + (cause ? 6 : 4) * PAGE, 4)); //@ beyond-mapping fails einval-mapping crosses-mappings
}

static void continue_anonymous(bool cause) {
  struct memory m = prepare(0);
  if (!cause) return;
  char *range = MAP(8, RW, ANONYMOUS); //@ continue-anonymous cause
  EXPECT(REGISTER(m.uffd, range, 8, MISSING) == 0);
  EXPECT(CONTINUE(m.uffd, range, 1) == EINVAL); //@ continue-anonymous fails einval-mapping anonymous
}

static void copy_wp(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 1) == 0);
  char *to = MAP(8, RW, ANONYMOUS);
  EXPECT(REGISTER(uffd, to, 8, cause ? MISSING : MISSING | WP) == 0); //@ copy-wp cause
  FAILS(EINVAL, COPY_MODE(uffd, to, bytes, PAGE, 2)); //@ copy-wp fails einval-mode not-wp
}

static void register_nothing(bool cause) {
  struct memory m = prepare(0);
  char *range = MAP(8, RW, ANONYMOUS);
  if (cause) EXPECT(munmap(range, 8 * PAGE) == 0); //@ register-nothing cause
  FAILS(EINVAL, REGISTER(m.uffd, range, 8, MISSING)); //@ register-nothing fails einval-mapping unmapped
}

const struct test_case invalid_cases[] = {
    {"arguments", arguments},
    {"protect-both", protect_both},
    {"handshakes", handshakes},
    {"foreign", foreign},
    {"not-registered", not_registered},
    {"no-longer", no_longer},
    {"registered-elsewhere", registered_elsewhere},
    {"shared-source", shared_source},
    {"file-source", file_source},
    {"protection", protection},
    {"read-only", read_only},
    {"locked", locked},
    {"split", split},
    {"beyond-mapping", beyond_mapping},
    {"continue-anonymous", continue_anonymous},
    {"copy-wp", copy_wp},
    {"register-nothing", register_nothing},
    {NULL, NULL},
};
