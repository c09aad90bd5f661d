/* What /proc tells any user about a process. */
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultscope {

struct ThreadName {
  uint32_t tid = 0;
  std::string name;
};

/* Arguments joined by blanks, or the name in brackets when there are none. Control bytes become '?'. */
std::string command_of(uint32_t pid);
uint32_t parent_of(uint32_t pid);
std::vector<ThreadName> threads_of(uint32_t pid);

}  // namespace faultscope
