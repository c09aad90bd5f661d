#include "snapshot.h"

#include "../include/events.h"
#include "proc.h"

namespace faultscope {

void Snapshot::add(uint32_t pid) {
  Row row;
  row.kind = FS_PROCESS;
  row.fd = -1;
  row.request = FS_ATTACHED;
  row.pid = static_cast<int32_t>(pid);
  row.tid = row.pid;
  row.peer = static_cast<int32_t>(parent_of(pid));
  rows_.emplace_back(row, command_of(pid));
  for (const ThreadName& thread : threads_of(pid)) {
    Row named;
    named.kind = FS_THREAD;
    named.fd = -1;
    named.pid = row.pid;
    named.tid = static_cast<int32_t>(thread.tid);
    rows_.emplace_back(named, thread.name);
  }
}

void Snapshot::drain(Rows& rows) {
  while (!rows.full() && !rows_.empty()) {
    rows.append(rows_.front().first, std::move(rows_.front().second));
    rows_.pop_front();
  }
}

}  // namespace faultscope
