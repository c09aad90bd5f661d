#include "layout.h"

namespace faultscope {

namespace {

/* Full request numbers; linux/userfaultfd.h of older systems lacks some. */
enum Request : uint32_t {
  kRegister = 0xc020aa00,
  kUnregister = 0x8010aa01,
  kWake = 0x8010aa02,
  kCopy = 0xc028aa03,
  kZeropage = 0xc020aa04,
  kMove = 0xc028aa05,
  kWriteprotect = 0xc018aa06,
  kContinue = 0xc020aa07,
  kPoison = 0xc020aa08,
  kApi = 0xc018aa3f,
  kNew = 0x0000aa00,
};

enum Syscall : uint32_t {
  kClose = 3,
  kMmap = 9,
  kMremap = 25,
  kPrctl = 157,
  kVmsplice = 278,
  kUserfaultfd = 323,
  kIoUringRegister = 427,
  kProcessMadvise = 440,
};

}  // namespace

void lay_out(const fs_ioctl& record, Row& row) {
  const fs_u64* arg = record.arg;
  row.result = static_cast<int64_t>(record.result);
  switch (record.request) {
    case kUnregister:
    case kWake:
      row.address = arg[0];
      row.length = arg[1];
      row.result = record.ret;
      return;
    case kWriteprotect:
      row.address = arg[0];
      row.length = arg[1];
      row.mode = arg[2];
      row.result = record.ret;
      return;
    case kRegister:
    case kZeropage:
    case kContinue:
    case kPoison:
      row.address = arg[0];
      row.length = arg[1];
      row.mode = arg[2];
      return;
    case kApi:
      row.address = arg[0];
      row.mode = arg[1];
      row.source = arg[3];
      return;
    case kNew:
      row.mode = arg[0];
      row.result = record.ret;
      return;
    default:
      row.address = arg[0];
      row.source = arg[1];
      row.length = arg[2];
      row.mode = arg[3];
  }
}

void lay_out(const fs_mm_call& record, Row& row) {
  const fs_u64* arg = record.arg;
  switch (record.syscall) {
    case kMmap:
      row.address = row.error ? arg[0] : static_cast<uint64_t>(record.ret);
      row.length = arg[1];
      /* prot in the low half, flags in the high half */
      row.mode = (arg[2] & 0xffffffff) | arg[3] << 32;
      row.fd = static_cast<int32_t>(arg[4]);
      row.source = arg[5];
      return;
    case kMremap:
      row.address = arg[0];
      row.length = arg[1];
      row.source = arg[2];
      row.mode = arg[3];
      return;
    case kPrctl:
      row.mode = arg[0];
      row.source = arg[1];
      return;
    case kClose:
      row.fd = static_cast<int32_t>(arg[0]);
      return;
    case kVmsplice:
    case kIoUringRegister:
    case kProcessMadvise:
      row.fd = static_cast<int32_t>(arg[0]);
      row.address = arg[1];
      row.length = arg[2];
      row.source = arg[3];
      row.mode = arg[4];
      return;
    case kUserfaultfd:
      row.mode = arg[0];
      return;
    default:
      row.address = arg[0];
      row.length = arg[1];
      row.mode = arg[2];
  }
}

}  // namespace faultscope
