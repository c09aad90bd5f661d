/* The socket on fd 0: one request in, one reply out with the descriptors. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe.h"

#define REQUEST_TIMEOUT_MS 10000

bool fail(struct probe *probe, const char *code, const char *remedy, const char *format, ...) {
  struct fs_reply *reply = &probe->reply;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reply->message, sizeof(reply->message), format, arguments);
  va_end(arguments);
  snprintf(reply->code, sizeof(reply->code), "%s", code);
  snprintf(reply->remedy, sizeof(reply->remedy), "%s", remedy);
  return false;
}

bool receive_request(struct probe *probe) {
  struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
  if (poll(&ready, 1, REQUEST_TIMEOUT_MS) != 1) return false;
  struct fs_request *request = &probe->request;
  ssize_t got = recv(STDIN_FILENO, request, sizeof(*request), 0);
  if (got != (ssize_t)sizeof(*request) || request->magic != FS_MAGIC) return false;
  if (request->version != FS_EVENTS_VERSION)
    return fail(probe, "probe-failed", "Install probe and extension from the same release.",
                "The probe speaks version %d of the event format, Faultscope expects version %u.", FS_EVENTS_VERSION,
                request->version);
  bool power_of_two = (request->ring_bytes & (request->ring_bytes - 1)) == 0;
  if (request->pid_count == 0 || request->pid_count > FS_MAX_TARGETS)
    return fail(probe, "probe-failed", "Name between 1 and 256 processes.", "The request names %u processes.",
                request->pid_count);
  if (!power_of_two || request->ring_bytes < 65536 || request->ring_bytes > (1u << 30))
    return fail(probe, "probe-failed", "Choose a power of two between 65536 and 1073741824.",
                "A ring of %u bytes is not possible.", request->ring_bytes);
  return true;
}

bool send_reply(const struct probe *probe, enum fs_reply_kind kind) {
  struct fs_reply reply = probe->reply;
  reply.magic = FS_MAGIC;
  reply.version = FS_EVENTS_VERSION;
  reply.kind = kind;
  struct iovec vector = {.iov_base = &reply, .iov_len = sizeof(reply)};
  union {
    char bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (kind == FS_REPLY_ATTACHED) {
    int descriptors[2] = {probe->ring_fd, probe->counters_fd};
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof(control.bytes);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(descriptors));
    memcpy(CMSG_DATA(header), descriptors, sizeof(descriptors));
  }
  return sendmsg(STDIN_FILENO, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(reply);
}

bool wait_for_stop(struct probe *probe) {
  for (;;) {
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    int events = poll(&ready, 1, FS_SKIPPED_PERIOD_MS);
    count_skipped(probe);
    if (events == 0 || (events < 0 && errno == EINTR)) continue;
    if (events < 0) return false;
    struct fs_command command;
    ssize_t got = recv(STDIN_FILENO, &command, sizeof(command), 0);
    if (got <= 0) return false;
    if (got == (ssize_t)sizeof(command) && command.magic == FS_MAGIC && command.command == FS_STOP) return true;
  }
}
