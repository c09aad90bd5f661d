/* Messages: what a read of a userfaultfd returned. */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "next.h"
#include "preload.h"

#define MESSAGE_BYTES 32
/* Event numbers; a message's other seven bytes are 0, which almost nothing else begins with. */
#define FIRST_EVENT 0x12
#define LAST_EVENT 0x1f

static bool looks_like_messages(const fs_u64 *word, ssize_t got) {
  return got >= MESSAGE_BYTES && got % MESSAGE_BYTES == 0 && word[0] >= FIRST_EVENT && word[0] <= LAST_EVENT;
}

static void send(int fd, const fs_u64 *word, fs_u64 now) {
  struct fs_message *record = fs_reserve(sizeof(*record));
  if (!record) return;
  fs_fill_head(&record->head, FS_MESSAGE, now);
  record->head.fd = fd;
  memcpy(record->word, word, MESSAGE_BYTES);
  fs_submit(record);
}

void fs_messages(int fd, const void *buffer, ssize_t got) {
  const fs_u64 *word = buffer;
  if (!looks_like_messages(word, got) || !fs_enter() || !fs_is_uffd(fd)) return;
  fs_u64 now = fs_now();
  for (; got >= MESSAGE_BYTES; got -= MESSAGE_BYTES, word += MESSAGE_BYTES / 8) send(fd, word, now);
}

/* A message may straddle two buffers: they are put together, one after the other. */
static void vector_messages(int fd, const struct iovec *vectors, int count, ssize_t got) {
  fs_u64 message[MESSAGE_BYTES / 8];
  size_t have = 0;
  if (got < MESSAGE_BYTES || got % MESSAGE_BYTES || !fs_enter() || fs_file_of(fd) != FS_FILE_UFFD) return;
  fs_u64 now = fs_now();
  for (int i = 0; i < count && got > 0; i++) {
    const char *from = vectors[i].iov_base;
    for (size_t left = vectors[i].iov_len; left && got > 0;) {
      size_t part = MESSAGE_BYTES - have < left ? MESSAGE_BYTES - have : left;
      memcpy((char *)message + have, from, part);
      have += part, from += part, left -= part, got -= (ssize_t)part;
      if (have < MESSAGE_BYTES) continue;
      send(fd, message, now);
      have = 0;
    }
  }
}

FS_HIDDEN long fs_on_read(int fd, void *buffer, size_t bytes);
FS_HIDDEN long fs_on_read(int fd, void *buffer, size_t bytes) {
  ssize_t got = FS_NEXT(read)(fd, buffer, bytes);
  if (got >= MESSAGE_BYTES) fs_messages(fd, buffer, got);
  return got;
}

ssize_t __read_chk(int fd, void *buffer, size_t bytes, size_t room);
FS_HIDDEN long fs_on___read_chk(int fd, void *buffer, size_t bytes, size_t room);
FS_HIDDEN long fs_on___read_chk(int fd, void *buffer, size_t bytes, size_t room) {
  ssize_t got = FS_NEXT(__read_chk)(fd, buffer, bytes, room);
  if (got >= MESSAGE_BYTES) fs_messages(fd, buffer, got);
  return got;
}

FS_HIDDEN long fs_on_readv(int fd, const struct iovec *vectors, int count);
FS_HIDDEN long fs_on_readv(int fd, const struct iovec *vectors, int count) {
  ssize_t got = FS_NEXT(readv)(fd, vectors, count);
  if (got >= MESSAGE_BYTES) vector_messages(fd, vectors, count, got);
  return got;
}
