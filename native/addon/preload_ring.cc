#include "preload_ring.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "clock.h"

namespace faultscope {

namespace {

/* A writer needs well under a microsecond; one that was preempted lives. */
constexpr uint64_t kLookAfterNs = 50'000'000, kGiveUpNs = 2'000'000'000;
/* The producers' view of our position may be so old: each telling costs them a cache miss. */
constexpr uint64_t kPublishBytes = 16384;
constexpr uint64_t kHeader = sizeof(fs_preload_header);

bool is_gone(uint32_t tid) {
  return tid != 0 && tid <= 1u << 22 && kill(static_cast<pid_t>(tid), 0) != 0 && errno == ESRCH;
}

uint64_t padded(uint32_t bytes) { return kHeader + ((uint64_t{bytes} + 7) & ~uint64_t{7}); }

}  // namespace

PreloadRing::~PreloadRing() { close(); }

bool PreloadRing::create(size_t bytes) {
  bytes_ = bytes;
  /* Sealed, because a target that made it shorter would end us with SIGBUS. */
  fd_ = memfd_create(FS_PRELOAD_NAME, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd_ < 0 || ftruncate(fd_, static_cast<off_t>(FS_PRELOAD_CONTROL_BYTES + bytes)) != 0) return false;
  if (fcntl(fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) return false;
  if (getrandom(&cookie_, sizeof(cookie_), 0) != sizeof(cookie_)) return false;
  void* control = mmap(nullptr, FS_PRELOAD_CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (control == MAP_FAILED) return false;
  control_ = static_cast<fs_preload_control*>(control);
  void* data = mmap(nullptr, bytes + FS_PRELOAD_MAX_STEP, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (data == MAP_FAILED) return false;
  data_ = static_cast<uint8_t*>(data);
  auto map = [this](uint8_t* place, size_t length) {
    constexpr int kFlags = MAP_SHARED | MAP_FIXED;
    return mmap(place, length, PROT_READ | PROT_WRITE, kFlags, fd_, FS_PRELOAD_CONTROL_BYTES) != MAP_FAILED;
  };
  if (!map(data_, bytes) || !map(data_ + bytes, FS_PRELOAD_MAX_STEP)) return false;
  control_->magic = FS_PRELOAD_MAGIC;
  control_->version = FS_EVENTS_VERSION;
  control_->ring_bytes = static_cast<fs_u32>(bytes);
  control_->cookie = cookie_;
  return true;
}

void PreloadRing::close() {
  end();
  if (control_) munmap(control_, FS_PRELOAD_CONTROL_BYTES);
  if (data_) munmap(data_, bytes_ + FS_PRELOAD_MAX_STEP);
  if (fd_ >= 0) ::close(fd_);
  control_ = nullptr;
  data_ = nullptr;
  fd_ = -1;
}

void PreloadRing::end() {
  if (control_) __atomic_store_n(&control_->closed, 1, __ATOMIC_RELEASE);
}

uint64_t PreloadRing::loaded() const { return control_ ? __atomic_load_n(&control_->loaded, __ATOMIC_RELAXED) : 0; }

fs_counters PreloadRing::counters() const {
  fs_counters counters{};
  if (control_) std::memcpy(&counters, &control_->counters, sizeof(counters));
  return counters;
}

void PreloadRing::release(uint64_t bytes) {
  for (uint64_t done = 0; done < bytes; done += FS_PRELOAD_MAX_STEP)
    std::memset(at(position_ + done), 0, std::min<uint64_t>(bytes - done, FS_PRELOAD_MAX_STEP));
  position_ += bytes;
  stuck_since_ns_ = 0;
  if (position_ - published_ >= kPublishBytes) publish();
}

void PreloadRing::publish() {
  published_ = position_;
  __atomic_store_n(&control_->consumer, position_, __ATOMIC_RELEASE);
}

/* An incomplete record holds up all that follow. If its writer is dead it is left out: as long as it says it is, or, if
   the writer died before it could say so, up to the next word that is not zero. */
Ring::Next PreloadRing::stuck(uint64_t available, fs_preload_header header) {
  uint64_t now = clock_ns();
  if (stuck_since_ns_ == 0) stuck_since_ns_ = now;
  uint64_t waited = now - stuck_since_ns_;
  if (header.bytes != 0) {
    if (waited < kLookAfterNs || !is_gone(header.tid)) return Ring::Next::Empty;
    uint64_t size = padded(header.bytes & ~FS_PRELOAD_BUSY);
    if (size > available || size > FS_PRELOAD_MAX_STEP) return Ring::Next::Corrupt;
    release(size);
    return Ring::Next::Discarded;
  }
  if (waited < kGiveUpNs) return Ring::Next::Empty;
  uint64_t skipped = 0;
  for (uint64_t word = 0; skipped < available; skipped += 8) {
    std::memcpy(&word, at(position_ + skipped), 8);
    if (word != 0) break;
  }
  if (skipped == 0) return Ring::Next::Empty;
  release(skipped);
  return Ring::Next::Discarded;
}

Ring::Next PreloadRing::next(Ring::Record* record) {
  if (!control_) return Ring::Next::Empty;
  uint64_t produced = __atomic_load_n(&control_->producer, __ATOMIC_ACQUIRE);
  uint64_t available = produced - position_;
  if (available == 0) {
    if (published_ != position_) publish();
    return Ring::Next::Empty;
  }
  if (available > bytes_ || available < kHeader || available % 8 != 0) return Ring::Next::Corrupt;
  uint64_t word = __atomic_load_n(reinterpret_cast<const uint64_t*>(at(position_)), __ATOMIC_ACQUIRE);
  fs_preload_header header;
  std::memcpy(&header, &word, sizeof(header));
  if (header.bytes == 0 || header.bytes & FS_PRELOAD_BUSY) return stuck(available, header);
  uint64_t step = padded(header.bytes);
  if (step > available || step > FS_PRELOAD_MAX_STEP) return Ring::Next::Corrupt;
  const uint8_t* data = at(position_) + kHeader;
  copy_.assign(data, data + header.bytes);
  record->data = copy_.data();
  record->size = copy_.size();
  release(step);
  return Ring::Next::Record;
}

}  // namespace faultscope
