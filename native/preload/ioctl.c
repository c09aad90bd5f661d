/* UFFDIO_* calls. Everything but the two looks at the clock happens after the call. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "next.h"
#include "preload.h"

#define UFFDIO_TYPE 0xaa
#define REQUEST_API 0xc018aa3fu
#define REQUEST_NEW 0xaa00u

static fs_u32 size_of(fs_u32 request) { return (request >> 16) & 0x3fff; }

/* The numbers of this ABI as far as it is known: only for those is a wrong descriptor a userfaultfd mistake. */
static bool known_request(fs_u32 request) {
  fs_u32 size = size_of(request), number = request & 0xff;
  return size >= 16 && size <= 40 && (number <= 8 || number == 0x3f);
}

/* Whether the kernel has read the struct, so that it is there and may simply be looked at. */
static bool was_read(long error) { return error == 0 || error == EEXIST || error == ENOENT || error == EBUSY; }

#define MAX_WORDS 8

static bool copy(fs_u64 *into, unsigned long from, fs_u32 bytes, bool plain) {
  if (!plain) return fs_copy_user(into, (const void *)from, bytes) == bytes;
  memcpy(into, (const void *)from, bytes);
  return true;
}

/* The kernel changes nothing of what is given but the field it answers in, which is the last one. */
static void fill(struct fs_ioctl *record, unsigned long argument, long error, const fs_u64 *before) {
  fs_u64 word[MAX_WORDS] = {0};
  fs_u32 size = size_of(record->request), kept = size < sizeof(word) ? size : sizeof(word);
  record->result = 0;
  if (record->request == REQUEST_NEW) word[0] = argument;
  if (kept && !copy(word, argument, kept, was_read(error))) {
    record->head.flags |= FS_ARG_UNREAD;
  } else if (record->request == REQUEST_API) {
    record->result = (fs_s64)word[2];
    word[3] = word[1];
    memcpy(word, before, 3 * sizeof(fs_u64));
  } else if (size > 24 && size <= sizeof(word)) {
    memcpy(&record->result, (const char *)word + size - 8, 8);
  }
  memcpy(record->arg, word, sizeof(record->arg));
}

/* How the descriptor is to be recorded: -1 not at all, otherwise the flags of the record. */
static int describe(int fd, fs_u32 request, long ret, long error) {
  if (request == REQUEST_NEW) return (ret >= 0 ? fs_is_uffd((int)ret) : fs_file_of(fd) == FS_FILE_DEVICE) ? 0 : -1;
  if (error == EBADF || error == ENOTTY) return known_request(request) ? FS_NOT_UFFD : -1;
  return fs_is_uffd(fd) ? 0 : -1;
}

static int traced(int fd, fs_u32 request, unsigned long argument, const struct fs_caller *caller) {
  fs_u64 before[3] = {0};
  if (request == REQUEST_API) fs_copy_user(before, (const void *)argument, sizeof(before));
  fs_u64 entered = fs_now();
  int ret = FS_NEXT(ioctl)(fd, request, argument);
  fs_u64 left = fs_now();
  int error = ret < 0 ? errno : 0;
  int flags = describe(fd, request, ret, error);
  if (flags < 0) return ret;
  fs_u64 site = flags ? 0 : fs_site_key(caller, entered);
  struct fs_ioctl *record = fs_reserve(sizeof(*record));
  if (!record) return ret;
  fs_fill_head(&record->head, FS_IOCTL, entered);
  record->head.flags = (fs_u8)flags;
  record->head.fd = fd;
  record->duration_ns = left - entered;
  record->site_key = site;
  record->request = request;
  record->ret = error ? -error : ret;
  fill(record, argument, error, before);
  fs_submit(record);
  return ret;
}

long fs_on_ioctl(int fd, unsigned long request, unsigned long argument, long d, long e, long f,
                 const struct fs_caller *caller) {
  (void)d, (void)e, (void)f;
  if (fs_unlikely(((request >> 8) & 0xff) == UFFDIO_TYPE) && fs_enter())
    return traced(fd, (fs_u32)request, argument, caller);
  return FS_NEXT(ioctl)(fd, request, argument);
}
