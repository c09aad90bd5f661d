#include "page_faults.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "clock.h"

namespace faultscope {

namespace {

constexpr int kMaxCpus = 4096;
constexpr uint64_t kPageMask = ~uint64_t{4095};

/* The kernel's list of CPUs, like "0-3,8". */
std::vector<int> online_cpus() {
  std::vector<int> cpus;
  FILE* file = std::fopen("/sys/devices/system/cpu/online", "re");
  if (!file) return cpus;
  int first, last;
  char separator = ',';
  while (separator == ',' && std::fscanf(file, "%d", &first) == 1) {
    last = first;
    if (std::fscanf(file, "%c", &separator) != 1) separator = 0;
    if (separator == '-' && std::fscanf(file, "%d%c", &last, &separator) < 1) break;
    for (int cpu = first; cpu <= last && cpu < kMaxCpus; cpu++) cpus.push_back(cpu);
  }
  std::fclose(file);
  return cpus;
}

template <typename T>
T read_at(const uint8_t* body, size_t offset) {
  T value;
  std::memcpy(&value, body + offset, sizeof(T));
  return value;
}

std::string explain(int reason) {
  if (reason == EACCES || reason == EPERM)
    return "kernel.perf_event_paranoid or a sandbox forbids perf events to this user";
  if (reason == EMFILE) return "too many files are open";
  return std::string("the kernel has no software perf events here (") + strerror(reason) + ")";
}

}  // namespace

int PageFaults::open_event(uint32_t tid, int cpu, uint64_t config, bool from_exec) {
  perf_event_attr attr{};
  attr.type = PERF_TYPE_SOFTWARE;
  attr.size = sizeof(attr);
  attr.config = config;
  attr.sample_period = 1;
  attr.sample_type = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR;
  attr.disabled = 1;
  attr.inherit = 1;
  attr.enable_on_exec = from_exec;
  /* Without privilege the kernel's own faults are not to be seen. */
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  attr.sample_id_all = 1;
  attr.task = attr.comm = attr.comm_exec = config == PERF_COUNT_SW_PAGE_FAULTS;
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  return static_cast<int>(syscall(SYS_perf_event_open, &attr, tid, cpu, -1, PERF_FLAG_FD_CLOEXEC));
}

bool PageFaults::open_cpu(uint32_t tid, int cpu, bool from_exec) {
  constexpr uint64_t kinds[] = {PERF_COUNT_SW_PAGE_FAULTS, PERF_COUNT_SW_PAGE_FAULTS_MIN, PERF_COUNT_SW_PAGE_FAULTS_MAJ};
  int first = -1;
  for (uint64_t kind : kinds) {
    int fd = open_event(tid, cpu, kind, from_exec);
    if (fd < 0) return false;
    fds_.push_back(fd);
    uint64_t id;
    if (ioctl(fd, PERF_EVENT_IOC_ID, &id) != 0) return false;
    ends_[id] = kind != PERF_COUNT_SW_PAGE_FAULTS;
    if (first < 0) {
      first = fd;
      PerfBuffer buffer;
      if (!buffer.map(fd)) return false;
      buffers_.push_back(std::move(buffer));
    } else if (ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, first) != 0) {
      return false;
    }
  }
  return true;
}

bool PageFaults::open(uint32_t tid, bool from_exec) {
  std::vector<int> cpus = online_cpus();
  if (cpus.empty()) cpus.push_back(0);
  for (int cpu : cpus) {
    if (open_cpu(tid, cpu, from_exec)) continue;
    reason_ = explain(errno);
    close();
    return false;
  }
  if (!from_exec)
    for (int fd : fds_) ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
  return true;
}

void PageFaults::stop() {
  for (int fd : fds_) ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
}

void PageFaults::close() {
  buffers_.clear();
  for (int fd : fds_) ::close(fd);
  fds_.clear();
}

void PageFaults::take(const perf_event_header& header, const uint8_t* body) {
  switch (header.type) {
    case PERF_RECORD_SAMPLE: {
      auto event = ends_.find(read_at<uint64_t>(body, 0));
      if (event == ends_.end()) return;
      Sample sample{};
      sample.end = event->second;
      sample.ip = read_at<uint64_t>(body, 8);
      sample.pid = read_at<uint32_t>(body, 16);
      sample.tid = read_at<uint32_t>(body, 20);
      sample.time_ns = read_at<uint64_t>(body, 24);
      sample.address = read_at<uint64_t>(body, 32);
      samples_.push_back(sample);
      return;
    }
    case PERF_RECORD_LOST:
      lost_ += read_at<uint64_t>(body, 8);
      return;
    case PERF_RECORD_COMM:
      if (header.misc & PERF_RECORD_MISC_COMM_EXEC) execs_++;
      return;
    case PERF_RECORD_FORK: {
      uint32_t pid = read_at<uint32_t>(body, 0), parent = read_at<uint32_t>(body, 4);
      if (pid != parent) threads_[pid] = 1;
      else threads_.try_emplace(pid, 1).first->second++;
      return;
    }
    case PERF_RECORD_EXIT:
      ended(read_at<uint32_t>(body, 0), read_at<uint32_t>(body, 8), read_at<uint64_t>(body, 16));
      return;
    default:
      return;
  }
}

/* A process has ended with its last thread. Once something was lost, threads cannot be counted. */
void PageFaults::ended(uint32_t pid, uint32_t tid, uint64_t time_ns) {
  begun_.erase(tid);
  auto known = threads_.try_emplace(pid, 1).first;
  if (--known->second > 0) return;
  threads_.erase(known);
  if (lost_ == 0) exits.push_back({pid, tid, time_ns});
}

void PageFaults::pair(const Sample& sample) {
  if (!sample.end) {
    begun_[sample.tid] = {sample.pid, sample.tid, sample.address, sample.ip, sample.time_ns, 0};
    return;
  }
  auto begun = begun_.find(sample.tid);
  if (begun == begun_.end()) return;
  Fault fault = begun->second;
  begun_.erase(begun);
  if ((fault.address ^ sample.address) & kPageMask) return;
  fault.end_ns = sample.time_ns;
  completed.push_back(fault);
}

/* A thread may begin a fault on one CPU and end it on another: samples are put in order before they are paired, and what
   may still have an earlier neighbour in another buffer waits for the next time. */
void PageFaults::collect() {
  uint64_t until = clock_ns();
  for (PerfBuffer& buffer : buffers_)
    buffer.drain([this](const perf_event_header& header, const uint8_t* body) { take(header, body); });
  std::sort(samples_.begin(), samples_.end(), [](const Sample& a, const Sample& b) { return a.time_ns < b.time_ns; });
  size_t done = 0;
  while (done < samples_.size() && samples_[done].time_ns < until) pair(samples_[done++]);
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(done));
}

std::vector<PageFaults::Fault> PageFaults::waiting() const {
  std::vector<Fault> faults;
  for (const auto& [tid, fault] : begun_) faults.push_back(fault);
  return faults;
}

}  // namespace faultscope
