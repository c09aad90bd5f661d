/* Where the events of a session come from: the probe, or the preload library. No JavaScript in here. */
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "decode.h"
#include "rows.h"

namespace faultscope {

struct Losses {
  uint64_t ring = 0, state = 0, decode = 0, messages = 0, sites = 0, children = 0, skipped = 0, writers = 0, faults = 0;
};

class Source {
 public:
  virtual ~Source() = default;

  /* Appends rows until the columns are full or nothing is there. */
  virtual void drain(Rows& rows) = 0;
  virtual Losses losses() const = 0;
  virtual bool alive() = 0;
  /* Ends the tracing; what is outstanding can still be drained. */
  virtual void stop() = 0;
  virtual void close() = 0;

  std::vector<SiteSample> take_sites() { return decoder_.sites.take(); }
  uint64_t start_ns() const { return start_ns_; }
  const std::string& hooks() const { return hooks_; }
  const Calibration& calibration() const { return calibration_; }
  /* Why it is no longer alive; empty while it is. */
  const std::string& ended() const { return ended_; }

  /* Of the preload library only: what the environment of the program must hold for it to find the ring. */
  virtual std::string ring_name() const { return {}; }
  /* How many programs have loaded the library. */
  virtual uint64_t loaded() const { return 0; }
  /* Why faults are not seen; empty when they are. */
  virtual std::string faultless() const { return {}; }

 protected:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  uint64_t start_ns_ = 0;
  Calibration calibration_;
  Decoder decoder_{0, {}};
  std::string hooks_, ended_;
};

}  // namespace faultscope
