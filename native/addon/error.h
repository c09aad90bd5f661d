/* An AttachError (server/src/record/addon.ts) on its way to JavaScript. */
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace faultscope {

class AttachError : public std::runtime_error {
 public:
  AttachError(std::string code, const std::string& message, std::string remedy)
      : std::runtime_error(message), code(std::move(code)), remedy(std::move(remedy)) {}
  const std::string code, remedy;
};

}  // namespace faultscope
