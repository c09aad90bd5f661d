/* The clock of all times in a recording. */
#pragma once

#include <time.h>

#include <cstdint>

namespace faultscope {

inline uint64_t clock_ns() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace faultscope
