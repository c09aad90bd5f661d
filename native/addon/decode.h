/* Ring records to rows. */
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "ring.h"
#include "rows.h"
#include "sites.h"

namespace faultscope {

/* Recorded minus true duration, as the probe measured at start. Half of it lies before the first clock reading. */
struct Calibration {
  bool measured = false;
  int64_t ioctl_ns = 0, fault_ns = 0;
};

class Decoder {
 public:
  Decoder(uint64_t start_ns, const Calibration& calibration) : start_ns_(start_ns), calibration_(calibration) {}

  /* Appends the record's row, if it makes one. False if it is not a record of ours. */
  bool decode(const Ring::Record& record, Rows& rows);

  Sites sites;

 private:
  Row row_of(const fs_head& head) const;
  void ioctl(const fs_ioctl& record, Rows& rows);
  void message(const fs_message& record, Rows& rows);
  void fault(const fs_fault& record, Rows& rows);
  void process(const fs_process& record, Rows& rows);
  void thread(const fs_thread& record, Rows& rows);
  void mm_call(const fs_mm_call& record, Rows& rows);
  void registered(const fs_registered& record, Rows& rows);
  void ksm_merge(const fs_ksm_merge& record, Rows& rows);
  void blocked(const fs_blocked& record, Rows& rows);

  uint64_t start_ns_;
  Calibration calibration_;
  /* (process, userfaultfd context) → descriptor, from the snapshot at attach. */
  std::map<std::pair<uint32_t, uint64_t>, int32_t> descriptors_;
};

}  // namespace faultscope
