/* The consumer's end of the ring that the preload library writes (include/preload.h). Its content is not trusted. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../include/preload.h"
#include "ring.h"

namespace faultscope {

class PreloadRing {
 public:
  PreloadRing() = default;
  ~PreloadRing();
  PreloadRing(const PreloadRing&) = delete;
  PreloadRing& operator=(const PreloadRing&) = delete;

  /* Makes a ring of `bytes`, a power of two; false with errno. */
  bool create(size_t bytes);
  void close();

  /* The next record as a copy that nobody else can change any more. Discarded: one whose writer died was skipped. */
  Ring::Next next(Ring::Record* record);
  /* Nothing is written from here on. */
  void end();

  int fd() const { return fd_; }
  uint64_t cookie() const { return cookie_; }
  uint64_t loaded() const;
  fs_tsc* tsc() const { return &control_->tsc; }
  fs_counters counters() const;

 private:
  uint8_t* at(uint64_t position) const { return data_ + (position & (bytes_ - 1)); }
  void release(uint64_t bytes);
  void publish();
  Ring::Next stuck(uint64_t available, fs_preload_header header);

  int fd_ = -1;
  uint64_t cookie_ = 0, bytes_ = 0, position_ = 0, published_ = 0;
  fs_preload_control* control_ = nullptr;
  uint8_t* data_ = nullptr;
  std::vector<uint8_t> copy_;
  /* Since when the record at `position_` is incomplete, CLOCK_MONOTONIC ns; 0 when it is not. */
  uint64_t stuck_since_ns_ = 0;
};

}  // namespace faultscope
