/* One CPU's buffer of perf events: the kernel writes it, we read it. */
#pragma once

#include <linux/perf_event.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace faultscope {

class PerfBuffer {
 public:
  PerfBuffer() = default;
  ~PerfBuffer();
  PerfBuffer(PerfBuffer&& other) noexcept;
  PerfBuffer& operator=(PerfBuffer&&) = delete;

  /* Maps as much as the user's limit of locked memory allows; false with errno. */
  bool map(int fd);
  /* Hands over each record there is, body behind header, and frees it. */
  void drain(const std::function<void(const perf_event_header&, const uint8_t* body)>& each);

 private:
  perf_event_mmap_page* control_ = nullptr;
  size_t bytes_ = 0;
  std::vector<uint8_t> record_;
};

}  // namespace faultscope
