/* Texts that the traced process chose. */
#pragma once

#include <string>

namespace faultscope {

/* Without trailing NULs and newlines; inner NULs become blanks, other control bytes '?'. Bytes that are no UTF-8 are
   replaced when the text becomes a JavaScript string. */
inline std::string printable(std::string text) {
  while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
  for (char& c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte == 0)
      c = ' ';
    else if (byte < 0x20 || byte == 0x7f)
      c = '?';
  }
  return text;
}

}  // namespace faultscope
