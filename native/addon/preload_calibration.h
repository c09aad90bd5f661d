/* What the preload way adds to a call and to a fault, measured in this process before it is used on another one. */
#pragma once

#include <string>

#include "../include/tsc.h"
#include "decode.h"

namespace faultscope {

/* Throws AttachError when the library cannot be loaded at all. */
Calibration calibrate_preload(const std::string& library, const fs_tsc& tsc);

}  // namespace faultscope
