/* Which word of an argument struct goes to which column. */
#pragma once

#include "../include/events.h"
#include "rows.h"

namespace faultscope {

constexpr uint32_t kMessagePagefault = 0x12, kMessageFork = 0x13, kMessageRemap = 0x14, kMessageRemove = 0x15,
                   kMessageUnmap = 0x16;

/* address, source, length, mode and result of a UFFDIO_* call. An unknown request shows its words in that order. */
void lay_out(const fs_ioctl& record, Row& row);
/* The same for a memory-management call. mmap: `address` is where it was mapped. mremap: `source` is the new length. */
void lay_out(const fs_mm_call& record, Row& row);

}  // namespace faultscope
