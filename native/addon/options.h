/* AttachOptions and PreloadOptions of server/src/record/addon.ts. */
#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "../include/protocol.h"
#include "preload_recording.h"

namespace faultscope {

struct Options {
  std::vector<std::string> command;
  fs_request request{};
};

/* Throws a Napi::TypeError that names what is wrong: options come from our own code. */
Options read_options(const Napi::Value& value);
PreloadOptions read_preload_options(const Napi::Value& value);

}  // namespace faultscope
