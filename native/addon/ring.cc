#include "ring.h"

#include <sys/mman.h>
#include <unistd.h>

namespace faultscope {

namespace {
/* Layout of the kernel's BPF_MAP_TYPE_RINGBUF: a page with the consumer position, a page with the producer position,
   the data mapped twice in a row so that no record wraps. A record has a header of two u32: length with these bits. */
constexpr uint32_t kBusy = 1u << 31;
constexpr uint32_t kDiscard = 1u << 30;
constexpr uint64_t kHeader = 8;

uint64_t* position_of(uint8_t* page) { return reinterpret_cast<uint64_t*>(page); }
}  // namespace

Ring::~Ring() { unmap(); }

bool Ring::map(int fd, size_t bytes) {
  page_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* consumer = mmap(nullptr, page_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (consumer == MAP_FAILED) return false;
  consumer_ = static_cast<uint8_t*>(consumer);
  bytes_ = bytes;
  void* producer = mmap(nullptr, page_ + 2 * bytes, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(page_));
  if (producer == MAP_FAILED) {
    unmap();
    return false;
  }
  producer_ = static_cast<const uint8_t*>(producer);
  data_ = producer_ + page_;
  position_ = __atomic_load_n(position_of(consumer_), __ATOMIC_ACQUIRE);
  return true;
}

void Ring::unmap() {
  if (consumer_) munmap(consumer_, page_);
  if (producer_) munmap(const_cast<uint8_t*>(producer_), page_ + 2 * bytes_);
  consumer_ = nullptr;
  producer_ = data_ = nullptr;
}

Ring::Next Ring::next(Record* record) {
  if (!data_) return Next::Empty;
  uint64_t produced = __atomic_load_n(reinterpret_cast<const uint64_t*>(producer_), __ATOMIC_ACQUIRE);
  uint64_t available = produced - position_;
  if (available == 0) return Next::Empty;
  if (available > bytes_ || available < kHeader || position_ % 8 != 0) return Next::Corrupt;
  const uint8_t* at = data_ + (position_ & (bytes_ - 1));
  uint32_t header = __atomic_load_n(reinterpret_cast<const uint32_t*>(at), __ATOMIC_ACQUIRE);
  if (header & kBusy) return Next::Empty;
  uint64_t size = header & ~(kBusy | kDiscard);
  step_ = kHeader + ((size + 7) & ~uint64_t{7});
  if (step_ > available) return Next::Corrupt;
  record->data = at + kHeader;
  record->size = size;
  return header & kDiscard ? Next::Discarded : Next::Record;
}

void Ring::consume() {
  position_ += step_;
  step_ = 0;
  __atomic_store_n(position_of(consumer_), position_, __ATOMIC_RELEASE);
}

}  // namespace faultscope
