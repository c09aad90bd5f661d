#include "recording.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "error.h"

namespace faultscope {

Recording::Recording(const std::vector<std::string>& command, const fs_request& request) {
  Attached attached = probe_.attach(command, request);
  reply_ = attached.reply;
  calibration_ = {reply_.calibrated == 1, reply_.ioctl_bias_ns, reply_.fault_bias_ns};
  hooks_.assign(reply_.hooks, strnlen(reply_.hooks, sizeof(reply_.hooks)));
  start_ns_ = reply_.start_ns;
  decoder_ = Decoder(start_ns_, calibration_);
  map(attached);
  for (uint32_t i = 0; i < request.pid_count; i++) snapshot_.add(request.pids[i]);
}

Recording::~Recording() { close(); }

void Recording::map(const Attached& attached) {
  /* The probe was asked for a power of two; another size would send the reader out of its mapping. */
  bool sound = reply_.ring_bytes >= 65536 && (reply_.ring_bytes & (reply_.ring_bytes - 1)) == 0;
  bool mapped = sound && ring_.map(attached.ring_fd, reply_.ring_bytes);
  void* counters = MAP_FAILED;
  if (mapped) counters = mmap(nullptr, sizeof(fs_counters), PROT_READ, MAP_SHARED, attached.counters_fd, 0);
  int reason = sound ? errno : EINVAL;
  ::close(attached.ring_fd);
  ::close(attached.counters_fd);
  if (counters != MAP_FAILED) counters_ = static_cast<const fs_counters*>(counters);
  if (counters_) return;
  close();
  throw AttachError("probe-failed", std::string("The event ring cannot be mapped: ") + strerror(reason) + ".",
                    "Choose a smaller ring.");
}

void Recording::drain(Rows& rows) {
  snapshot_.drain(rows);
  Ring::Record record;
  while (!rows.full() && !corrupt_) {
    switch (ring_.next(&record)) {
      case Ring::Next::Empty:
        return;
      case Ring::Next::Corrupt:
        corrupt_ = true;
        ended_ = "The event ring is damaged; what was recorded until here is kept.";
        return;
      case Ring::Next::Record:
        if (!decoder_.decode(record, rows)) undecoded_++;
        break;
      case Ring::Next::Discarded:
        break;
    }
    ring_.consume();
  }
}

Losses Recording::losses() const {
  if (!counters_) return {0, 0, undecoded_};
  auto read = [](const fs_u64& counter) { return __atomic_load_n(&counter, __ATOMIC_RELAXED); };
  return {read(counters_->ring),  read(counters_->state),    undecoded_,
          read(counters_->messages), read(counters_->sites), read(counters_->children),
          read(counters_->skipped), 0, 0};
}

bool Recording::alive() {
  if (stopped_ || corrupt_) return false;
  if (probe_.alive()) return true;
  if (ended_.empty()) ended_ = "The probe ended; it may have been killed. What was recorded until here is kept.";
  return false;
}

void Recording::stop() {
  if (stopped_) return;
  if (alive()) {
    probe_.stop();
    ended_ = "Stopped.";
  }
  stopped_ = true;
}

void Recording::close() {
  stopped_ = true;
  probe_.close();
  ring_.unmap();
  if (counters_) munmap(const_cast<fs_counters*>(counters_), sizeof(fs_counters));
  counters_ = nullptr;
}

}  // namespace faultscope
