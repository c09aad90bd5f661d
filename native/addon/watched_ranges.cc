#include "watched_ranges.h"

#include <algorithm>
#include <iterator>

namespace faultscope {

namespace {
constexpr uint32_t kRegister = 0xc020aa00, kMremap = 25;
/* More are merged into one that spans them. */
constexpr size_t kMaxRanges = 65536;
}  // namespace

void WatchedRanges::add(uint64_t start, uint64_t length) {
  uint64_t end = start + length;
  if (end <= start) return;
  auto at = ranges_.upper_bound(start);
  if (at != ranges_.begin() && std::prev(at)->second >= start) --at;
  while (at != ranges_.end() && at->first <= end) {
    start = std::min(start, at->first);
    end = std::max(end, at->second);
    at = ranges_.erase(at);
  }
  ranges_[start] = end;
  if (ranges_.size() <= kMaxRanges) return;
  uint64_t first = ranges_.begin()->first, last = std::prev(ranges_.end())->second;
  ranges_.clear();
  ranges_[first] = last;
}

void WatchedRanges::learn(const fs_ioctl& call) {
  if (call.request == kRegister && call.ret == 0) add(call.arg[0], call.arg[1]);
}

void WatchedRanges::learn(const fs_mm_call& call) {
  if (call.syscall == kMremap && call.ret > 0 && has(call.arg[0])) add(static_cast<uint64_t>(call.ret), call.arg[2]);
}

bool WatchedRanges::has(uint64_t address) const {
  auto at = ranges_.upper_bound(address);
  return at != ranges_.begin() && address < std::prev(at)->second;
}

}  // namespace faultscope
