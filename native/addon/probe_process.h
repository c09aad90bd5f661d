/* The probe as a child process: started, asked, stopped, reaped. */
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "../include/protocol.h"

namespace faultscope {

struct Attached {
  fs_reply reply{};
  int ring_fd = -1, counters_fd = -1;
};

class ProbeProcess {
 public:
  ProbeProcess() = default;
  ~ProbeProcess();
  ProbeProcess(const ProbeProcess&) = delete;
  ProbeProcess& operator=(const ProbeProcess&) = delete;

  /* Starts `command` with a socket as fd 0 and waits for its answer. Throws AttachError. The descriptors of the answer
     belong to the caller. */
  Attached attach(const std::vector<std::string>& command, const fs_request& request);
  /* False once the probe has closed its end. Does not block. */
  bool alive();
  /* Asks the probe to flush and waits for its answer or its end. */
  void stop();
  /* Lets the probe go and reaps it. */
  void close();

 private:
  void spawn(const std::vector<std::string>& command);
  Attached receive(const std::vector<std::string>& command);
  std::string complaint();
  [[noreturn]] void explain_silence(const std::vector<std::string>& command);

  pid_t pid_ = -1;
  int socket_ = -1, log_ = -1;
  bool gone_ = false;
};

}  // namespace faultscope
