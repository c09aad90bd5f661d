/* Writing into the shared ring: any thread of any process of the target, without locks. */
#include "preload.h"

void fs_count(fs_u64 *counter, fs_u64 by) { __atomic_fetch_add(counter, by, __ATOMIC_RELAXED); }

static struct fs_preload_header *header_at(fs_u64 position) {
  return (struct fs_preload_header *)(fs_data + (position & (fs_ring_bytes - 1) & ~7ull));
}

static void put(struct fs_preload_header *header, fs_u32 bytes) {
  fs_u64 word = bytes | (fs_u64)fs_tid() << 32;
  __atomic_store_n((fs_u64 *)header, word, __ATOMIC_RELEASE);
}

/* Whether the ring has room up to `end`. The consumer's position is looked at only when the one that was seen last does not
   do: its line is in the consumer's cache, and to fetch it at each record costs as much as the record. */
static bool has_room(fs_u64 end) {
  static fs_u64 seen;
  if (end - __atomic_load_n(&seen, __ATOMIC_ACQUIRE) <= fs_ring_bytes) return true;
  fs_u64 consumed = __atomic_load_n(&fs_control->consumer, __ATOMIC_ACQUIRE);
  __atomic_store_n(&seen, consumed, __ATOMIC_RELEASE);
  return end - consumed <= fs_ring_bytes;
}

void *fs_reserve(fs_u32 bytes) {
  fs_u64 need = sizeof(struct fs_preload_header) + ((bytes + 7u) & ~7u);
  fs_u64 at = __atomic_load_n(&fs_control->producer, __ATOMIC_RELAXED);
  do {
    if (!has_room(at + need)) {
      fs_count(&fs_control->counters.ring, 1);
      return NULL;
    }
  } while (!__atomic_compare_exchange_n(&fs_control->producer, &at, at + need, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  struct fs_preload_header *header = header_at(at);
  put(header, bytes | FS_PRELOAD_BUSY);
  return header + 1;
}

void fs_submit(void *record) {
  struct fs_preload_header *header = (struct fs_preload_header *)record - 1;
  put(header, header->bytes & ~FS_PRELOAD_BUSY);
}
