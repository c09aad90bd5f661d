/* In the probe's place: answers as told and hands over a ring with nonsense in it, which must harm nobody. */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../../../native/include/protocol.h"

static void answer(const struct fs_reply *reply, size_t size, const int *descriptors) {
  struct iovec vector = {(void *)reply, size};
  union {
    char bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (descriptors) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof(control.bytes);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, 2 * sizeof(int));
  }
  if (sendmsg(0, &message, 0) < 0) exit(1);
}

/* A ring as large as asked, its records filled from the seed. */
static int ring_of(unsigned bytes, unsigned seed) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  int fd = memfd_create("ring", 0);
  if (fd < 0 || ftruncate(fd, (off_t)(2 * page + 2 * (size_t)bytes)) != 0) exit(1);
  unsigned char *all = mmap(NULL, 2 * page + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  srandom(seed);
  unsigned char *data = all + 2 * page;
  unsigned long at = 0;
  while (at + 1024 < bytes) {
    unsigned size = seed % 3 == 0 ? (unsigned)random() : (unsigned)random() % 900;
    memcpy(data + at, &size, 4);
    for (unsigned i = 8; i < 900 && at + i < bytes; i++) data[at + i] = (unsigned char)random();
    data[at + 8] = (unsigned char)(random() % 14);
    at += 8 + (((size & 0x3ff) + 7) & ~7u);
  }
  unsigned long produced = seed % 5 == 0 ? (unsigned long)random() << 20 : at;
  memcpy(all + page, &produced, 8);
  return fd;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  struct fs_request request;
  if (recv(0, &request, sizeof(request), 0) != (ssize_t)sizeof(request)) return 1;
  struct fs_reply reply = {.magic = FS_MAGIC, .version = FS_EVENTS_VERSION, .kind = FS_REPLY_ATTACHED};
  memset(reply.hooks, 'x', sizeof(reply.hooks));
  memset(reply.message, 'x', sizeof(reply.message));
  reply.ring_bytes = request.ring_bytes;
  int descriptors[2] = {ring_of(request.ring_bytes, argc > 2 ? (unsigned)atoi(argv[2]) : 1), ring_of(65536, 1)};
  if (strcmp(what, "short") == 0) answer(&reply, 16, descriptors);
  if (strcmp(what, "version") == 0) reply.version++;
  if (strcmp(what, "size") == 0) reply.ring_bytes = 12345;
  if (strcmp(what, "bare") == 0) answer(&reply, sizeof(reply), NULL);
  answer(&reply, sizeof(reply), descriptors);
  char byte;
  return recv(0, &byte, 1, 0) < 0;
}
