#include "sites.h"

#include <algorithm>
#include <cstring>

namespace faultscope {

void Sites::add(const fs_site& record) {
  SiteSample sample;
  sample.site = number(record.key);
  if (sample.site == 0) return;
  sample.pid = record.head.pid;
  sample.tid = record.head.tid;
  std::memcpy(sample.registers.data(), record.registers, sample.registers.size());
  size_t bytes = std::min<size_t>(record.stack_bytes, sizeof(record.stack));
  sample.stack.assign(record.stack, record.stack + bytes);
  samples_.push_back(std::move(sample));
}

}  // namespace faultscope
