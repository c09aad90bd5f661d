#include "decode.h"

#include <algorithm>
#include <cstring>

#include "layout.h"
#include "text.h"

namespace faultscope {

namespace {

/* The ring is mapped memory that the kernel side owns: each record is copied out once, after its size was checked. */
template <typename T>
bool copy(const Ring::Record& record, T* into) {
  if (record.size < sizeof(T)) return false;
  std::memcpy(into, record.data, sizeof(T));
  return true;
}

}  // namespace

Row Decoder::row_of(const fs_head& head) const {
  Row row;
  row.kind = head.kind;
  row.time_ns = static_cast<int64_t>(head.time_ns - start_ns_);
  row.pid = static_cast<int32_t>(head.pid);
  row.tid = static_cast<int32_t>(head.tid);
  row.fd = head.fd;
  return row;
}

void Decoder::ioctl(const fs_ioctl& record, Rows& rows) {
  Row row = row_of(record.head);
  int64_t raw = static_cast<int64_t>(record.duration_ns);
  int64_t corrected = std::max<int64_t>(raw - calibration_.ioctl_ns, 0);
  row.time_ns += calibration_.ioctl_ns / 2;
  row.duration_ns = corrected;
  row.request = record.request;
  row.error = record.ret < 0 ? -record.ret : 0;
  row.site = sites.number(record.site_key);
  lay_out(record, row);
  rows.append(row);
}

void Decoder::message(const fs_message& record, Rows& rows) {
  Row row = row_of(record.head);
  row.request = record.word[0] & 0xff;
  switch (row.request) {
    case kMessagePagefault:
      row.mode = record.word[1];
      row.address = record.word[2];
      row.peer = static_cast<int32_t>(record.word[3]);
      break;
    case kMessageFork:
      row.result = static_cast<int32_t>(record.word[1]);
      break;
    case kMessageRemap:
      row.source = record.word[1];
      row.address = record.word[2];
      row.length = record.word[3];
      break;
    case kMessageRemove:
    case kMessageUnmap:
      row.address = record.word[1];
      row.length = record.word[2] - record.word[1];
      break;
    default:
      row.address = record.word[1];
      row.source = record.word[2];
      row.length = record.word[3];
  }
  rows.append(row);
}

void Decoder::fault(const fs_fault& record, Rows& rows) {
  Row row = row_of(record.head);
  int64_t before = -calibration_.fault_ns / 2;
  bool complete = record.head.kind == FS_FAULT;
  row.time_ns -= before;
  row.duration_ns = static_cast<int64_t>(record.duration_ns) - (complete ? calibration_.fault_ns : -before);
  row.duration_ns = std::max<int64_t>(row.duration_ns, 0);
  bool woken = record.woken_ns >= record.head.time_ns;
  row.woken_ns = woken ? static_cast<int64_t>(record.woken_ns - record.head.time_ns) + before : -1;
  row.peer = static_cast<int32_t>(record.waker);
  row.request = record.head.flags & FS_GUP ? 2 : record.head.flags & FS_KERNEL_MODE ? 1 : 0;
  row.address = record.address;
  row.source = record.ip;
  row.mode = record.error_code;
  rows.append(row);
}

void Decoder::process(const fs_process& record, Rows& rows) {
  Row row = row_of(record.head);
  row.request = record.change;
  row.peer = static_cast<int32_t>(record.peer);
  row.site = sites.number(record.site_key);
  if (record.change == FS_EXITED)
    row.result = static_cast<int64_t>(record.detail);
  else
    row.mode = record.detail;
  rows.append(row, printable({record.text, std::min<size_t>(record.text_bytes, sizeof(record.text))}));
}

void Decoder::thread(const fs_thread& record, Rows& rows) {
  rows.append(row_of(record.head), printable({record.comm, strnlen(record.comm, sizeof(record.comm))}));
}

void Decoder::mm_call(const fs_mm_call& record, Rows& rows) {
  Row row = row_of(record.head);
  row.request = record.syscall;
  row.result = record.ret;
  row.error = record.ret < 0 && record.ret > -4096 ? static_cast<int32_t>(-record.ret) : 0;
  row.site = sites.number(record.site_key);
  lay_out(record, row);
  rows.append(row);
}

void Decoder::registered(const fs_registered& record, Rows& rows) {
  Row row = row_of(record.head);
  auto known = descriptors_.find({record.head.pid, record.context});
  row.fd = known == descriptors_.end() ? -1 : known->second;
  row.address = record.start;
  row.length = record.length;
  row.mode = record.mode;
  rows.append(row);
}

void Decoder::ksm_merge(const fs_ksm_merge& record, Rows& rows) {
  Row row = row_of(record.head);
  row.address = record.address;
  rows.append(row);
}

void Decoder::blocked(const fs_blocked& record, Rows& rows) {
  Row row = row_of(record.head);
  row.address = record.address;
  row.mode = record.flags;
  row.request = record.unread ? 1 : 0;
  rows.append(row);
}

bool Decoder::decode(const Ring::Record& record, Rows& rows) {
  if (record.size < sizeof(fs_head)) return false;
  switch (record.data[0]) {
#define FS_DECODE(kind, type, method)        \
  case kind: {                               \
    type typed;                              \
    if (!copy(record, &typed)) return false; \
    method;                                  \
    return true;                             \
  }
    FS_DECODE(FS_IOCTL, fs_ioctl, ioctl(typed, rows))
    FS_DECODE(FS_MESSAGE, fs_message, message(typed, rows))
    FS_DECODE(FS_FAULT, fs_fault, fault(typed, rows))
    FS_DECODE(FS_WAITING, fs_fault, fault(typed, rows))
    FS_DECODE(FS_PROCESS, fs_process, process(typed, rows))
    FS_DECODE(FS_THREAD, fs_thread, thread(typed, rows))
    FS_DECODE(FS_MM_CALL, fs_mm_call, mm_call(typed, rows))
    FS_DECODE(FS_REGISTERED, fs_registered, registered(typed, rows))
    FS_DECODE(FS_KSM_MERGE, fs_ksm_merge, ksm_merge(typed, rows))
    FS_DECODE(FS_BLOCKED, fs_blocked, blocked(typed, rows))
    FS_DECODE(FS_SITE, fs_site, sites.add(typed))
    FS_DECODE(FS_UFFD, fs_uffd, (descriptors_[{typed.head.pid, typed.context}] = typed.head.fd))
#undef FS_DECODE
    default:
      return false;
  }
}

}  // namespace faultscope
