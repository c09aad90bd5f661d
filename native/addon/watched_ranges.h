/*
 * Addresses that were ever registered with a userfaultfd, whichever process did it: of all page faults only these can be
 * userfaults. Wider than the truth, never narrower; the linker knows the rest.
 */
#pragma once

#include <cstdint>
#include <map>

#include "../include/events.h"

namespace faultscope {

class WatchedRanges {
 public:
  /* Learns from a record, if there is something in it. */
  void learn(const fs_ioctl& call);
  void learn(const fs_mm_call& call);
  bool has(uint64_t address) const;

 private:
  void add(uint64_t start, uint64_t length);

  /* Start → end, disjoint. */
  std::map<uint64_t, uint64_t> ranges_;
};

}  // namespace faultscope
