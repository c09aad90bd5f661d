#include "preload_recording.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "clock.h"
#include "error.h"
#include "preload_calibration.h"

namespace faultscope {

namespace {

/* An access that waits so long for its page waits for somebody. */
constexpr uint64_t kWaitingNs = 1'000'000;

template <typename T>
Ring::Record record_of(const T& record) {
  return {reinterpret_cast<const uint8_t*>(&record), sizeof(record)};
}

template <typename T>
bool typed(const Ring::Record& record, fs_kind kind, T* into) {
  if (record.size < sizeof(T) || record.data[0] != kind) return false;
  std::memcpy(into, record.data, sizeof(T));
  return true;
}

}  // namespace

PreloadRecording::PreloadRecording(const PreloadOptions& options) {
  if (!ring_.create(options.ring_bytes))
    throw AttachError("preload-failed", std::string("No shared memory for the event ring: ") + strerror(errno) + ".",
                      "Free some memory, or allow memfd_create.");
  clock_ = std::make_unique<TscKeeper>(ring_.tsc());
  calibration_ = calibrate_preload(options.library, *ring_.tsc());
  hooks_ = "preload library before libc's ioctl, read, readv, syscall, fork and memory calls; ";
  bool seen = faults_.open(options.pid, true);
  hooks_ += seen ? "page faults by software perf events" : "no page faults";
  start_ns_ = clock_ns();
  decoder_ = Decoder(start_ns_, calibration_);
  snapshot_.add(options.pid);
  processes_.insert(options.pid);
}

std::string PreloadRecording::ring_name() const {
  char cookie[17];
  std::snprintf(cookie, sizeof(cookie), "%llx", static_cast<unsigned long long>(ring_.cookie()));
  return std::to_string(getpid()) + " " + std::to_string(ring_.fd()) + " " + cookie;
}

void PreloadRecording::drain(Rows& rows) {
  if (!stopped_) clock_->keep();
  snapshot_.drain(rows);
  faults_.collect();
  drain_ring(rows);
  drain_faults(rows);
  drain_exits(rows);
}

/* A REGISTER comes into the ring before a fault in its range can end. */
void PreloadRecording::drain_ring(Rows& rows) {
  Ring::Record record;
  uint64_t began = clock_ns();
  if (held_.size() > 0 && !rows.full()) {
    decoder_.decode({held_.data(), held_.size()}, rows);
    held_.clear();
  }
  while (!rows.full() && !corrupt_) {
    switch (ring_.next(&record)) {
      case Ring::Next::Empty:
        ring_time_ns_ = std::max(ring_time_ns_, began);
        return;
      case Ring::Next::Corrupt:
        corrupt_ = true;
        ended_ = "The event ring is damaged; what was recorded until here is kept.";
        return;
      case Ring::Next::Discarded:
        dead_++;
        break;
      case Ring::Next::Record:
        learn(record, rows);
        if (rows.full()) held_.assign(record.data, record.data + record.size);
        else if (!decoder_.decode(record, rows)) undecoded_++;
        break;
    }
  }
}

void PreloadRecording::learn(const Ring::Record& record, Rows& rows) {
  fs_ioctl call;
  fs_mm_call memory;
  fs_process process;
  fs_head head;
  if (record.size < sizeof(head)) return;
  std::memcpy(&head, record.data, sizeof(head));
  if (head.time_ns < clock_ns()) ring_time_ns_ = std::max(ring_time_ns_, head.time_ns);
  if (typed(record, FS_IOCTL, &call)) ranges_.learn(call);
  if (typed(record, FS_MM_CALL, &memory)) ranges_.learn(memory);
  if (!typed(record, FS_PROCESS, &process)) return;
  bool known = !processes_.insert(head.pid).second;
  if (process.change != FS_EXEC || known) return;
  /* A child that was made by vfork or posix_spawn tells of itself only now. */
  process.change = FS_FORKED;
  process.text_bytes = 0;
  decoder_.decode(record_of(process), rows);
}

void PreloadRecording::emit(const PageFaults::Fault& fault, uint8_t kind, uint64_t end_ns, Rows& rows) {
  fs_fault record{};
  record.head.kind = kind;
  record.head.pid = fault.pid;
  record.head.tid = fault.tid;
  record.head.fd = -1;
  record.head.time_ns = fault.start_ns;
  record.duration_ns = end_ns - fault.start_ns;
  record.address = fault.address;
  record.ip = fault.ip;
  decoder_.decode(record_of(record), rows);
}

void PreloadRecording::drain_faults(Rows& rows) {
  auto& completed = faults_.completed;
  while (!rows.full() && !completed.empty() && (stopped_ || completed.front().end_ns <= ring_time_ns_)) {
    const PageFaults::Fault& fault = completed.front();
    if (ranges_.has(fault.address)) emit(fault, FS_FAULT, fault.end_ns, rows);
    completed.pop_front();
  }
  if (!stopped_ || waiting_told_ || !completed.empty()) return;
  waiting_told_ = true;
  uint64_t now = clock_ns();
  for (const PageFaults::Fault& fault : faults_.waiting())
    if (!rows.full() && ranges_.has(fault.address) && now - fault.start_ns > kWaitingNs)
      emit(fault, FS_WAITING, now, rows);
}

void PreloadRecording::drain_exits(Rows& rows) {
  auto& exits = faults_.exits;
  while (!rows.full() && !exits.empty() && (stopped_ || exits.front().time_ns <= ring_time_ns_)) {
    const PageFaults::Exit& exit = exits.front();
    if (processes_.erase(exit.pid)) {
      fs_process record{};
      record.head = {FS_PROCESS, 0, 0, exit.tid, exit.pid, -1, exit.time_ns};
      record.change = FS_EXITED;
      decoder_.decode(record_of(record), rows);
    }
    exits.pop_front();
  }
}

Losses PreloadRecording::losses() const {
  fs_counters counters = ring_.counters();
  Losses losses;
  losses.ring = counters.ring;
  losses.writers = dead_;
  losses.decode = undecoded_;
  losses.sites = counters.sites;
  losses.children = unfollowed_;
  losses.faults = faults_.lost();
  return losses;
}

void PreloadRecording::stop() {
  if (stopped_) return;
  faults_.stop();
  faults_.collect();
  ring_.end();
  loaded_ = ring_.loaded();
  /* Programs that began without the library: static ones, those with another libc, those of other users. */
  if (faults_.execs() > loaded_ && loaded_ > 0) unfollowed_ = faults_.execs() - loaded_;
  ended_ = "Stopped.";
  stopped_ = true;
}

void PreloadRecording::close() {
  stop();
  faults_.close();
  ring_.close();
}

}  // namespace faultscope
