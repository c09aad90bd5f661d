/*
 * Call sites. A row carries a key; what it takes to unwind the site is sent once, ahead of the first row with the key.
 *
 * The key hashes the return address and every word of the next stack slice that points into the program's text, so two
 * callers of one wrapper differ. Registers and stack are those of the caller, its ip inside the call instruction: that
 * is where its unwind information and its line are right.
 */
#include <link.h>
#include <string.h>

#include "preload.h"

#define PAGE 4096
/* Two or three frames; reading them costs less than a look at the clock. */
#define KEY_WORDS 32
/* As many sites as a program may have; a power of two. */
#define SITES 8192
#define MAX_PROBES 64

static fs_u64 sites[SITES];
static fs_u64 salt, text_start, text_bytes;

static fs_u64 mix(fs_u64 hash, fs_u64 word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
  return hash ^ (hash >> 29);
}

/* The program itself is the first object; later ones are libraries. */
static int note_text(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
    text_start = info->dlpi_addr + segment->p_vaddr;
    text_bytes = segment->p_memsz;
    break;
  }
  return 1;
}

void fs_learn_program(fs_u64 seed) {
  salt = seed;
  dl_iterate_phdr(note_text, NULL);
}

/* The rest of the page that `from` lies in is there; whether more is, only the kernel knows. */
static size_t present(const void *from, size_t wanted) {
  size_t rest = PAGE - ((size_t)from & (PAGE - 1));
  return rest < wanted ? rest : wanted;
}

static bool send_site(const struct fs_caller *caller, fs_u64 key, fs_u64 time_ns) {
  struct fs_site *record = fs_reserve(sizeof(*record));
  if (!record) return false;
  fs_fill_head(&record->head, FS_SITE, time_ns);
  record->key = key;
  const fs_u64 registers[8] = {caller->return_address - 1, (fs_u64)caller->stack, caller->bp,  caller->bx,
                               caller->r12,                caller->r13,           caller->r14, caller->r15};
  memcpy(record->registers, registers, sizeof(registers));
  record->reserved = 0;
  size_t bytes = present(caller->stack, FS_STACK_BYTES);
  if (bytes < FS_STACK_BYTES && fs_copy_user(record->stack, caller->stack, FS_STACK_BYTES) == FS_STACK_BYTES)
    bytes = FS_STACK_BYTES;
  else
    memcpy(record->stack, caller->stack, bytes);
  record->stack_bytes = (fs_u32)bytes;
  fs_submit(record);
  return true;
}

/* Enters a key: 1 new, 0 known, -1 no room. */
static int enter_key(fs_u64 key, fs_u64 **place) {
  for (fs_u64 i = 0; i < MAX_PROBES; i++) {
    fs_u64 *at = &sites[(key + i) & (SITES - 1)], none = 0;
    fs_u64 there = __atomic_load_n(at, __ATOMIC_RELAXED);
    if (there == key) return 0;
    if (there == 0 && __atomic_compare_exchange_n(at, &none, key, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
      *place = at;
      return 1;
    }
    if (there == 0 && none == key) return 0;
  }
  return -1;
}

fs_u64 fs_site_key(const struct fs_caller *caller, fs_u64 time_ns) {
  fs_u64 key = mix(salt, caller->return_address);
  size_t words = present(caller->stack, KEY_WORDS * 8) / 8;
  for (size_t i = 0; i < words; i++)
    if (caller->stack[i] - text_start < text_bytes) key = mix(key, caller->stack[i]);
  if (key == fs_state.known[0] || key == fs_state.known[1]) return key;
  if (key == 0) return 0;
  fs_u64 *place;
  int entered = enter_key(key, &place);
  if (entered < 0) {
    fs_count(&fs_control->counters.sites, 1);
    return 0;
  }
  if (entered == 1 && !send_site(caller, key, time_ns)) {
    __atomic_store_n(place, 0, __ATOMIC_RELAXED);
    return 0;
  }
  fs_state.known[1] = fs_state.known[0];
  fs_state.known[0] = key;
  return key;
}
