/* Call sites: the kernel side's keys to small numbers, and the samples until somebody takes them. */
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "../include/events.h"

namespace faultscope {

struct SiteSample {
  uint32_t site = 0;
  uint32_t pid = 0, tid = 0;
  std::array<uint8_t, sizeof(fs_site::registers)> registers{};
  std::vector<uint8_t> stack;
};

class Sites {
 public:
  /* Number of the site with this key, from 1; 0 for key 0 (unknown). */
  uint32_t number(uint64_t key) {
    if (key == last_key_) return last_number_;
    if (key == 0) return 0;
    auto [at, fresh] = numbers_.try_emplace(key, static_cast<uint32_t>(numbers_.size() + 1));
    last_key_ = key;
    last_number_ = at->second;
    return at->second;
  }

  void add(const fs_site& record);
  std::vector<SiteSample> take() { return std::exchange(samples_, {}); }

 private:
  std::unordered_map<uint64_t, uint32_t> numbers_;
  uint64_t last_key_ = 0;
  uint32_t last_number_ = 0;
  std::vector<SiteSample> samples_;
};

}  // namespace faultscope
