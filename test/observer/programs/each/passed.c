/* A userfaultfd sent over a socket: another process, made before there was anything to inherit, resolves. */
#include <sys/socket.h>

#include "../small.h"

#define FAULTS 20

union control {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr header;
};

static void transfer(int socket, int *fd, char **range, bool sending) {
  union control control = {0};
  struct iovec data = {range, sizeof(*range)};
  struct msghdr header = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)};
  control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
  if (sending) memcpy(CMSG_DATA(&control.header), fd, sizeof(int));
  ssize_t length = sending ? sendmsg(socket, &header, 0) : recvmsg(socket, &header, 0);
  if (length != sizeof(*range)) die("message over the socket");
  if (!sending) memcpy(fd, CMSG_DATA(&control.header), sizeof(int));
}

static void serve(int socket) {
  int uffd;
  char *range, *bytes = filled(1);
  transfer(socket, &uffd, &range, false);
  for (int i = 0; i < FAULTS; i++) {
    message(uffd);
    copy(uffd, range + i * PAGE, bytes, PAGE, 0);
  }
  move(uffd, range, bytes, PAGE, 0); /* EINVAL: not this process's memory */
}

int main(void) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)) die("socketpair");
  pid_t child = fork();
  if (child == 0) {
    serve(pair[1]);
    _exit(0);
  }
  int uffd = uffd_with(0);
  char *range = holes(FAULTS);
  enlist(uffd, range, FAULTS, MISSING);
  transfer(pair[0], &uffd, &range, true);
  for (int i = 0; i < FAULTS; i++) *(volatile char *)(range + i * PAGE) = 1;
  waitpid(child, NULL, 0);
  return 0;
}
