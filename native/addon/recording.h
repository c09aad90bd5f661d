/* One attached probe: its process, its ring, the decoder. */
#pragma once

#include <string>
#include <vector>

#include "probe_process.h"
#include "ring.h"
#include "snapshot.h"
#include "source.h"

namespace faultscope {

class Recording : public Source {
 public:
  /* Blocks until the probe has attached; throws AttachError. */
  Recording(const std::vector<std::string>& command, const fs_request& request);
  ~Recording() override;

  void drain(Rows& rows) override;
  Losses losses() const override;
  bool alive() override;
  void stop() override;
  void close() override;

 private:
  void map(const Attached& attached);

  ProbeProcess probe_;
  fs_reply reply_{};
  Ring ring_;
  const fs_counters* counters_ = nullptr;
  Snapshot snapshot_;
  uint64_t undecoded_ = 0;
  bool stopped_ = false, corrupt_ = false;
};

}  // namespace faultscope
