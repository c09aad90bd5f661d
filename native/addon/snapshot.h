/* Rows about what was there at attach; they come before the ring's. */
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "rows.h"

namespace faultscope {

class Snapshot {
 public:
  /* A process and its threads. */
  void add(uint32_t pid);
  void drain(Rows& rows);

 private:
  std::deque<std::pair<Row, std::string>> rows_;
};

}  // namespace faultscope
