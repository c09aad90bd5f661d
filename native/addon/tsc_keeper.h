/* Keeps the line between the processor's counter and CLOCK_MONOTONIC for the preload library (include/tsc.h). */
#pragma once

#include "../include/tsc.h"

namespace faultscope {

class TscKeeper {
 public:
  /* Looks at both for some milliseconds, where the kernel keeps time by the counter; otherwise does nothing. */
  explicit TscKeeper(fs_tsc* tsc);
  /* Corrects the line; costs nothing when it was corrected a moment ago. */
  void keep();

 private:
  struct Moment {
    uint64_t ticks = 0, ns = 0;
  };
  static Moment look();

  fs_tsc* tsc_;
  bool usable_ = false;
  Moment last_;
};

}  // namespace faultscope
