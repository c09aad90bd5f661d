/* One attached probe: its process, its ring, the decoder. No JavaScript in here. */
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "decode.h"
#include "probe_process.h"
#include "ring.h"

namespace faultscope {

struct Losses {
  uint64_t ring = 0, state = 0, decode = 0, messages = 0, sites = 0, children = 0, skipped = 0;
};

class Recording {
 public:
  /* Blocks until the probe has attached; throws AttachError. */
  Recording(const std::vector<std::string>& command, const fs_request& request);
  ~Recording();

  /* Appends rows until the columns are full or the ring is empty. */
  void drain(Rows& rows);
  Losses losses() const;
  bool alive();
  void stop();
  void close();

  std::vector<SiteSample> take_sites() { return decoder_.sites.take(); }
  uint64_t start_ns() const { return reply_.start_ns; }
  const std::string& hooks() const { return hooks_; }
  const Calibration& calibration() const { return calibration_; }
  /* Why it is no longer alive; empty while it is. */
  const std::string& ended() const { return ended_; }

 private:
  void map(const Attached& attached);
  void add_snapshot(const fs_request& request);

  ProbeProcess probe_;
  fs_reply reply_{};
  Calibration calibration_;
  Ring ring_;
  Decoder decoder_{0, {}};
  const fs_counters* counters_ = nullptr;
  /* Rows about what was there at attach; they come before the ring's. */
  std::deque<std::pair<Row, std::string>> snapshot_;
  std::string hooks_, ended_;
  uint64_t undecoded_ = 0;
  bool stopped_ = false, corrupt_ = false;
};

}  // namespace faultscope
