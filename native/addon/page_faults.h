/*
 * Page faults without privilege: software perf events on a process of the same user. PAGE_FAULTS fires when an access
 * traps, PAGE_FAULTS_MIN or _MAJ when the retried fault has completed; the time between is the fault.
 */
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perf_buffer.h"

namespace faultscope {

class PageFaults {
 public:
  struct Fault {
    uint32_t pid = 0, tid = 0;
    uint64_t address = 0, ip = 0, start_ns = 0, end_ns = 0;
  };
  struct Exit {
    uint32_t pid = 0, tid = 0;
    uint64_t time_ns = 0;
  };

  PageFaults() = default;
  ~PageFaults() { close(); }
  PageFaults(const PageFaults&) = delete;
  PageFaults& operator=(const PageFaults&) = delete;

  /* Watches thread `tid`, and what it starts later, from now on or from its next exec on. False: see reason(). */
  bool open(uint32_t tid, bool from_exec);
  /* No new events; what has been written can still be collected. */
  void stop();
  void close();

  /* Takes what the kernel has written. */
  void collect();

  /* Completed faults in the order of their ends, and processes that have ended. */
  std::deque<Fault> completed;
  std::deque<Exit> exits;
  /* Faults that have begun and not ended. */
  std::vector<Fault> waiting() const;

  uint64_t lost() const { return lost_; }
  /* Programs that were begun. */
  uint64_t execs() const { return execs_; }
  const std::string& reason() const { return reason_; }

 private:
  struct Sample {
    uint64_t time_ns, address, ip;
    uint32_t pid, tid;
    bool end;
  };

  bool open_cpu(uint32_t tid, int cpu, bool from_exec);
  int open_event(uint32_t tid, int cpu, uint64_t config, bool from_exec);
  void take(const perf_event_header& header, const uint8_t* body);
  void pair(const Sample& sample);
  void ended(uint32_t pid, uint32_t tid, uint64_t time_ns);

  std::vector<int> fds_;
  std::vector<PerfBuffer> buffers_;
  /* Event id → it is the end of a fault. */
  std::unordered_map<uint64_t, bool> ends_;
  std::vector<Sample> samples_;
  std::unordered_map<uint32_t, Fault> begun_;
  /* Living threads of each process. */
  std::unordered_map<uint32_t, uint32_t> threads_;
  uint64_t lost_ = 0, execs_ = 0;
  std::string reason_;
};

}  // namespace faultscope
