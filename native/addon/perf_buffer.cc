#include "perf_buffer.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace faultscope {

namespace {
/* 8 MiB, or with the usual kernel.perf_event_mlock_kb 512 KiB: 10,000 faults between two looks. */
constexpr size_t kMostPages = 2048, kLeastPages = 8;
}  // namespace

PerfBuffer::~PerfBuffer() {
  if (control_) munmap(control_, bytes_ + static_cast<size_t>(sysconf(_SC_PAGESIZE)));
}

PerfBuffer::PerfBuffer(PerfBuffer&& other) noexcept
    : control_(std::exchange(other.control_, nullptr)), bytes_(other.bytes_), record_(std::move(other.record_)) {}

bool PerfBuffer::map(int fd) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  for (size_t pages = kMostPages; pages >= kLeastPages; pages /= 2) {
    void* memory = mmap(nullptr, (pages + 1) * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory != MAP_FAILED) {
      control_ = static_cast<perf_event_mmap_page*>(memory);
      bytes_ = pages * page;
      return true;
    }
    if (errno != EPERM && errno != ENOMEM) return false;
  }
  return false;
}

void PerfBuffer::drain(const std::function<void(const perf_event_header&, const uint8_t*)>& each) {
  if (!control_) return;
  const auto* data = reinterpret_cast<const uint8_t*>(control_) + control_->data_offset;
  uint64_t head = __atomic_load_n(&control_->data_head, __ATOMIC_ACQUIRE), tail = control_->data_tail;
  auto copy = [&](uint64_t from, size_t length, uint8_t* into) {
    size_t start = from % bytes_, first = std::min(length, bytes_ - start);
    std::memcpy(into, data + start, first);
    std::memcpy(into + first, data, length - first);
  };
  while (tail < head) {
    perf_event_header header;
    copy(tail, sizeof(header), reinterpret_cast<uint8_t*>(&header));
    if (header.size < sizeof(header)) break;
    record_.resize(header.size);
    copy(tail, header.size, record_.data());
    each(header, record_.data() + sizeof(header));
    tail += header.size;
  }
  __atomic_store_n(&control_->data_tail, head, __ATOMIC_RELEASE);
}

}  // namespace faultscope
