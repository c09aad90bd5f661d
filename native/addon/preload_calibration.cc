#include "preload_calibration.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "../include/preload.h"
#include "clock.h"
#include "error.h"
#include "page_faults.h"

namespace faultscope {

namespace {

constexpr size_t kFaults = 96, kWarm = 16, kPage = 4096;
constexpr int kServeMs = 1000;

/* A userfaultfd of our own with a range registered: what it costs holds for every other one. */
class OwnRange {
 public:
  OwnRange() {
    constexpr int kUserModeOnly = 1;
    fd_ = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | kUserModeOnly));
    uffdio_api api{UFFD_API, 0, 0};
    memory_ = mmap(nullptr, kFaults * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fd_ < 0 || memory_ == MAP_FAILED || ioctl(fd_, UFFDIO_API, &api) != 0) return;
    madvise(memory_, kFaults * kPage, MADV_NOHUGEPAGE);
    uffdio_register range{{address(0), kFaults * kPage}, UFFDIO_REGISTER_MODE_MISSING, 0};
    ready_ = ioctl(fd_, UFFDIO_REGISTER, &range) == 0;
  }
  ~OwnRange() {
    if (fd_ >= 0) ::close(fd_);
    if (memory_ != MAP_FAILED) munmap(memory_, kFaults * kPage);
  }
  bool ready() const { return ready_; }
  uint64_t address(size_t page) const { return reinterpret_cast<uint64_t>(memory_) + page * kPage; }
  /* Reads one message and resolves its fault; when none comes, lets the waiting thread go. */
  bool serve() {
    pollfd readable{fd_, POLLIN, 0};
    uffd_msg message;
    if (poll(&readable, 1, kServeMs) == 1 && read(fd_, &message, sizeof(message)) == sizeof(message)) {
      uffdio_zeropage zero{{message.arg.pagefault.address & ~(kPage - 1), kPage}, 0, 0};
      if (ioctl(fd_, UFFDIO_ZEROPAGE, &zero) == 0) return true;
    }
    uffdio_range whole{address(0), kFaults * kPage};
    ioctl(fd_, UFFDIO_UNREGISTER, &whole);
    return false;
  }

 private:
  int fd_ = -1;
  void* memory_ = MAP_FAILED;
  bool ready_ = false;
};

/* Median of recorded minus own duration; false when the machine does not let us. */
bool measure_faults(int64_t* bias_ns) {
  OwnRange range;
  if (!range.ready()) return false;
  std::vector<int64_t> own(kFaults);
  PageFaults events;
  bool open = false;
  std::thread toucher([&] {
    open = events.open(static_cast<uint32_t>(syscall(SYS_gettid)), false);
    for (size_t page = 0; page < kFaults; page++) {
      uint64_t start = clock_ns();
      *reinterpret_cast<volatile char*>(range.address(page)) = 1;
      own[page] = static_cast<int64_t>(clock_ns() - start);
    }
    events.stop();
  });
  for (size_t page = 0; page < kFaults && range.serve(); page++) continue;
  toucher.join();
  if (!open) return false;
  events.collect();
  std::vector<int64_t> bias;
  for (const PageFaults::Fault& fault : events.completed) {
    size_t page = (fault.address - range.address(0)) / kPage;
    if (page < kFaults && page >= kWarm) bias.push_back(static_cast<int64_t>(fault.end_ns - fault.start_ns) - own[page]);
  }
  if (bias.size() < kFaults / 2) return false;
  std::nth_element(bias.begin(), bias.begin() + static_cast<std::ptrdiff_t>(bias.size() / 2), bias.end());
  *bias_ns = bias[bias.size() / 2];
  return true;
}

}  // namespace

Calibration calibrate_preload(const std::string& library, const fs_tsc& tsc) {
  /* Stays loaded: it does nothing here but measure. */
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    throw AttachError("preload-failed", std::string("The preload library cannot be loaded: ") + dlerror() + ".",
                      "Build or install the native parts again.");
  auto* measure = reinterpret_cast<fs_preload_measure*>(dlsym(handle, FS_PRELOAD_MEASURE));
  Calibration calibration;
  if (!measure || measure(&tsc, &calibration.ioctl_ns) != 0) return calibration;
  calibration.measured = true;
  measure_faults(&calibration.fault_ns);
  return calibration;
}

}  // namespace faultscope
