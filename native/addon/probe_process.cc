#include "probe_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>

#include "error.h"

extern char** environ;

namespace faultscope {

namespace {

constexpr int kAttachTimeoutMs = 60000, kStopTimeoutMs = 5000, kReapTimeoutMs = 200;

bool readable(int fd, int timeout_ms) {
  pollfd ready{fd, POLLIN, 0};
  int result;
  do result = poll(&ready, 1, timeout_ms);
  while (result < 0 && errno == EINTR);
  return result == 1;
}

/* Probes that were killed: the kernel takes a second to detach them, and nobody should wait for that. Each is reaped
   when the next one comes, or with this process. */
void leave_to_reaper(pid_t pid) {
  static std::mutex mutex;
  static std::vector<pid_t> leaving;
  std::lock_guard<std::mutex> guard(mutex);
  leaving.push_back(pid);
  leaving.erase(std::remove_if(leaving.begin(), leaving.end(), [](pid_t p) { return waitpid(p, nullptr, WNOHANG) != 0; }),
                leaving.end());
}

/* A probe whose socket is closed ends by itself. */
bool reaped(pid_t pid) {
  for (int waited = 0; waited < kReapTimeoutMs; waited++) {
    if (waitpid(pid, nullptr, WNOHANG) != 0) return true;
    usleep(1000);
  }
  return false;
}

std::string bounded(const char* text, size_t capacity) { return std::string(text, strnlen(text, capacity)); }

}  // namespace

ProbeProcess::~ProbeProcess() { close(); }

void ProbeProcess::spawn(const std::vector<std::string>& command) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    throw AttachError("probe-failed", std::string("No socket for the probe: ") + strerror(errno) + ".",
                      "Close some files or recordings.");
  socket_ = pair[0];
  log_ = memfd_create("faultscope-probe-log", MFD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pair[1], 0);
  posix_spawn_file_actions_adddup2(&actions, log_, 1);
  posix_spawn_file_actions_adddup2(&actions, log_, 2);
  /* Node blocks and ignores signals of its own; the probe starts with none of that. */
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  for (int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&usual, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  int result = posix_spawnp(&pid_, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pair[1]);
  if (result == 0) return;
  pid_ = -1;
  throw AttachError("probe-missing", "The probe " + command[0] + " cannot be started: " + strerror(result) + ".",
                    result == EACCES ? "Make it executable for this user." : "Build or install the native parts again.");
}

/* The last line the probe, or the command that should have started it, complained with. */
std::string ProbeProcess::complaint() {
  char text[2048];
  off_t end = lseek(log_, 0, SEEK_END);
  off_t from = std::max<off_t>(0, end - static_cast<off_t>(sizeof(text)));
  ssize_t length = end > 0 ? pread(log_, text, sizeof(text), from) : 0;
  std::string all(text, static_cast<size_t>(std::max<ssize_t>(length, 0)));
  while (!all.empty() && (all.back() == '\n' || all.back() == '\r')) all.pop_back();
  size_t line = all.rfind('\n');
  return line == std::string::npos ? all : all.substr(line + 1);
}

void ProbeProcess::explain_silence(const std::vector<std::string>& command) {
  std::string said = complaint();
  close();
  std::string reason = said.empty() ? "." : ": " + said + (said.back() == '.' ? "" : ".");
  bool wrapped = command.size() > 1;
  throw AttachError(wrapped ? "no-privilege" : "probe-failed",
                    (wrapped ? command[0] + " did not start the probe" : "The probe ended without an answer") + reason,
                    wrapped ? "Run " + command[0] + " once in a terminal so that it no longer asks, or grant the probe " +
                                  "cap_bpf and cap_perfmon with setcap."
                            : "Build or install the native parts again, and report this if it stays.");
}

Attached ProbeProcess::receive(const std::vector<std::string>& command) {
  if (!readable(socket_, kAttachTimeoutMs)) {
    kill(pid_, SIGKILL);
    close();
    throw AttachError("probe-failed", "The probe gave no answer for a minute.",
                      "Check that " + command[0] + " does not wait for a password.");
  }
  Attached attached;
  iovec vector{&attached.reply, sizeof(attached.reply)};
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))];
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  ssize_t got = recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) explain_silence(command);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(2 * sizeof(int))) {
    int descriptors[2];
    std::memcpy(descriptors, CMSG_DATA(header), sizeof(descriptors));
    attached.ring_fd = descriptors[0];
    attached.counters_fd = descriptors[1];
  }
  const fs_reply& reply = attached.reply;
  if (got == sizeof(reply) && reply.magic == FS_MAGIC && reply.kind == FS_REPLY_FAILED) {
    close();
    throw AttachError(bounded(reply.code, sizeof(reply.code)), bounded(reply.message, sizeof(reply.message)),
                      bounded(reply.remedy, sizeof(reply.remedy)));
  }
  if (got != sizeof(reply) || reply.magic != FS_MAGIC || reply.version != FS_EVENTS_VERSION ||
      reply.kind != FS_REPLY_ATTACHED || attached.ring_fd < 0) {
    close();
    throw AttachError("probe-failed", "The probe's answer is of another version.",
                      "Install probe and extension from the same release.");
  }
  return attached;
}

Attached ProbeProcess::attach(const std::vector<std::string>& command, const fs_request& request) {
  spawn(command);
  if (send(socket_, &request, sizeof(request), MSG_NOSIGNAL) < 0 && errno != EPIPE) explain_silence(command);
  return receive(command);
}

bool ProbeProcess::alive() {
  if (socket_ < 0 || gone_) return false;
  char byte;
  ssize_t got = recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  gone_ = got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
  return !gone_;
}

void ProbeProcess::stop() {
  if (!alive()) return;
  fs_command command{FS_MAGIC, FS_STOP};
  if (send(socket_, &command, sizeof(command), MSG_NOSIGNAL) < 0) return;
  fs_reply reply;
  if (readable(socket_, kStopTimeoutMs)) recv(socket_, &reply, sizeof(reply), MSG_DONTWAIT);
}

void ProbeProcess::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  if (log_ >= 0) ::close(log_);
  log_ = -1;
  if (pid_ > 0 && !reaped(pid_)) leave_to_reaper(pid_);
  pid_ = -1;
}

}  // namespace faultscope
