/* One program with the preload library: the ring that it writes, its page faults, the decoder. */
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "page_faults.h"
#include "preload_ring.h"
#include "snapshot.h"
#include "source.h"
#include "tsc_keeper.h"
#include "watched_ranges.h"

namespace faultscope {

struct PreloadOptions {
  /* The process that will become the program: it must not have begun it yet. */
  uint32_t pid = 0;
  std::string library;
  uint32_t ring_bytes = 0;
};

class PreloadRecording : public Source {
 public:
  /* Throws AttachError. */
  explicit PreloadRecording(const PreloadOptions& options);
  ~PreloadRecording() override { close(); }

  void drain(Rows& rows) override;
  Losses losses() const override;
  bool alive() override { return !stopped_ && !corrupt_; }
  void stop() override;
  void close() override;

  std::string ring_name() const override;
  uint64_t loaded() const override { return loaded_ ? loaded_ : ring_.loaded(); }
  std::string faultless() const override { return faults_.reason(); }

 private:
  void drain_ring(Rows& rows);
  void learn(const Ring::Record& record, Rows& rows);
  void drain_faults(Rows& rows);
  void drain_exits(Rows& rows);
  void emit(const PageFaults::Fault& fault, uint8_t kind, uint64_t end_ns, Rows& rows);

  PreloadRing ring_;
  std::unique_ptr<TscKeeper> clock_;
  PageFaults faults_;
  WatchedRanges ranges_;
  Snapshot snapshot_;
  std::unordered_set<uint32_t> processes_;
  /* A record whose row found no room behind another one that it made. */
  std::vector<uint8_t> held_;
  /* Everything up to here has been read from the ring. */
  uint64_t ring_time_ns_ = 0;
  uint64_t undecoded_ = 0, dead_ = 0, unfollowed_ = 0, loaded_ = 0;
  bool stopped_ = false, corrupt_ = false, waiting_told_ = false;
};

}  // namespace faultscope
