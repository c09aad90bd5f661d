/* Where decoded events go: the caller's columns, bound for one drain. */
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultscope {

/* One row of the recording's table (server/src/recording/schema.ts); what a kind does not use stays 0. */
struct Row {
  uint8_t kind = 0;
  int64_t time_ns = 0, duration_ns = 0, woken_ns = 0;
  int32_t pid = 0, tid = 0, peer = 0, fd = 0;
  uint32_t request = 0;
  int32_t error = 0;
  uint64_t address = 0, source = 0, length = 0, mode = 0;
  int64_t result = 0;
  uint32_t site = 0;
};

class Rows {
 public:
  uint8_t* kind = nullptr;
  int64_t *time_ns = nullptr, *duration_ns = nullptr, *woken_ns = nullptr;
  int32_t *pid = nullptr, *tid = nullptr, *peer = nullptr, *fd = nullptr;
  uint32_t* request = nullptr;
  int32_t* error = nullptr;
  uint64_t *address = nullptr, *source = nullptr, *length = nullptr, *mode = nullptr;
  int64_t* result = nullptr;
  uint32_t* site = nullptr;

  size_t used = 0, capacity = 0;
  std::vector<std::pair<size_t, std::string>> texts;

  bool full() const { return used >= capacity; }

  /* The caller has checked that there is room. */
  void append(const Row& row) {
    size_t i = used++;
    kind[i] = row.kind;
    time_ns[i] = row.time_ns;
    duration_ns[i] = row.duration_ns;
    woken_ns[i] = row.woken_ns;
    pid[i] = row.pid;
    tid[i] = row.tid;
    peer[i] = row.peer;
    fd[i] = row.fd;
    request[i] = row.request;
    error[i] = row.error;
    address[i] = row.address;
    source[i] = row.source;
    length[i] = row.length;
    mode[i] = row.mode;
    result[i] = row.result;
    site[i] = row.site;
  }

  void append(const Row& row, std::string text) {
    texts.emplace_back(used, std::move(text));
    append(row);
  }
};

}  // namespace faultscope
