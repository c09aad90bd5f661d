/* Joining a recording: the ring is found when the program starts; threads and forked children are met when they act. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "preload.h"
#include "raw.h"

#define MAX_RING_BYTES (1u << 30)

struct fs_preload_control *fs_control;
fs_u8 *fs_data;
fs_u64 fs_ring_bytes;
struct fs_self *fs_self;
__thread struct fs_thread_state fs_state;
/* Not wiped by fork: the child's generation is the next one. */
static fs_u32 generations;

static void *map(void *at, size_t bytes, int flags, int fd, long offset) {
  long got = fs_raw(SYS_mmap, (long)at, (long)bytes, PROT_READ | PROT_WRITE, flags, fd, offset);
  return got < 0 && got > -4096 ? NULL : (void *)got;
}

static void name_thread(void) {
  struct fs_thread *record = fs_reserve(sizeof(*record));
  if (!record) return;
  fs_fill_head(&record->head, FS_THREAD, fs_now());
  memset(record->comm, 0, sizeof(record->comm));
  fs_raw(SYS_prctl, PR_GET_NAME, (long)record->comm, 0, 0, 0, 0);
  fs_submit(record);
}

void fs_meet_thread(void) {
  fs_u32 forker = fs_state.tid;
  bool fork = fs_self->generation == 0;
  if (fork) fs_self->pid = (fs_u32)fs_raw(SYS_getpid, 0, 0, 0, 0, 0, 0);
  fs_state.tid = (fs_u32)fs_raw(SYS_gettid, 0, 0, 0, 0, 0, 0);
  fs_state.known[0] = fs_state.known[1] = 0;
  if (fork) {
    fs_self->generation = __atomic_add_fetch(&generations, 1, __ATOMIC_RELAXED);
    if (fs_self->generation > 1) fs_tell_process(FS_FORKED, forker, NULL, 0);
  }
  fs_state.generation = fs_self->generation;
  name_thread();
}

bool fs_use_ring(struct fs_preload_control *control, fs_u8 *data) {
  if (!fs_self) fs_self = map(NULL, 4096, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!fs_self || fs_raw(SYS_madvise, (long)fs_self, 4096, MADV_WIPEONFORK, 0, 0, 0) != 0) return false;
  fs_data = data;
  fs_ring_bytes = control->ring_bytes;
  __atomic_store_n(&fs_control, control, __ATOMIC_RELEASE);
  return true;
}

static const char *variable(char **environment) {
  size_t length = strlen(FS_PRELOAD_VARIABLE);
  for (; environment && *environment; environment++)
    if (strncmp(*environment, FS_PRELOAD_VARIABLE, length) == 0 && (*environment)[length] == '=')
      return *environment + length + 1;
  return NULL;
}

/* Digits up to a blank or the end; NULL when there is anything else. */
static const char *number(const char *text, unsigned base, fs_u64 *value) {
  *value = 0;
  for (; *text && *text != ' '; text++) {
    unsigned digit = *text >= 'a' ? (unsigned)(*text - 'a') + 10 : (unsigned)(*text - '0');
    if (digit >= base) return NULL;
    *value = *value * base + digit;
  }
  return *text ? text + 1 : text;
}

/* "/proc/PID/fd/FD" of the first two words of `text`. */
static bool path_of(const char *text, char path[64]) {
  const char *second = strchr(text, ' '), *third = second ? strchr(second + 1, ' ') : NULL;
  if (!third || third - text > 32) return false;
  char *end = stpcpy(path, "/proc/");
  end = mempcpy(end, text, (size_t)(second - text));
  end = stpcpy(end, "/fd/");
  end = mempcpy(end, second + 1, (size_t)(third - second - 1));
  *end = 0;
  return true;
}

/* The recorder may be gone and its number another process's: only what is named like our ring is opened. */
static int open_ring(const char *path) {
  static const char expected[] = "/memfd:" FS_PRELOAD_NAME;
  char target[64] = {0};
  if (fs_raw(SYS_readlink, (long)path, (long)target, sizeof(target) - 1, 0, 0, 0) < 0) return -1;
  if (strncmp(target, expected, sizeof(expected) - 1) != 0) return -1;
  return (int)fs_raw(SYS_open, (long)path, O_RDWR | O_CLOEXEC, 0, 0, 0, 0);
}

static fs_u8 *map_data(int fd, fs_u64 bytes) {
  fs_u8 *data = map(NULL, bytes + FS_PRELOAD_MAX_STEP, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (!data) return NULL;
  if (!map(data, bytes, MAP_SHARED | MAP_FIXED, fd, FS_PRELOAD_CONTROL_BYTES)) return NULL;
  return map(data + bytes, FS_PRELOAD_MAX_STEP, MAP_SHARED | MAP_FIXED, fd, FS_PRELOAD_CONTROL_BYTES) ? data : NULL;
}

static bool join(int fd, fs_u64 cookie) {
  struct fs_preload_control *control = map(NULL, FS_PRELOAD_CONTROL_BYTES, MAP_SHARED, fd, 0);
  if (!control) return false;
  fs_u64 bytes = control->ring_bytes;
  bool ours = control->magic == FS_PRELOAD_MAGIC && control->version == FS_EVENTS_VERSION && control->cookie == cookie &&
              bytes >= 65536 && bytes <= MAX_RING_BYTES && (bytes & (bytes - 1)) == 0;
  fs_u8 *data = ours ? map_data(fd, bytes) : NULL;
  if (data && fs_use_ring(control, data)) return true;
  fs_raw(SYS_munmap, (long)control, FS_PRELOAD_CONTROL_BYTES, 0, 0, 0, 0);
  return false;
}

/* Arguments as /proc/PID/cmdline has them: each ends with a NUL. */
static fs_u32 join_arguments(int count, char **arguments, char text[FS_TEXT_BYTES]) {
  size_t used = 0;
  for (int i = 0; i < count && arguments[i]; i++)
    for (const char *c = arguments[i];; c++) {
      if (used == FS_TEXT_BYTES) return FS_TEXT_BYTES;
      text[used++] = *c;
      if (!*c) break;
    }
  return (fs_u32)used;
}

__attribute__((constructor)) static void start(int count, char **arguments, char **environment) {
  const char *text = variable(environment);
  char path[64];
  fs_u64 cookie;
  if (!text || !path_of(text, path)) return;
  if (!number(strchr(strchr(text, ' ') + 1, ' ') + 1, 16, &cookie)) return;
  int fd = open_ring(path);
  if (fd < 0) return;
  bool joined = join(fd, cookie);
  fs_raw(SYS_close, fd, 0, 0, 0, 0, 0);
  if (!joined) return;
  fs_learn_program(cookie ^ fs_clock_ns());
  fs_count(&fs_control->loaded, 1);
  char command[FS_TEXT_BYTES];
  fs_u32 bytes = join_arguments(count, arguments, command);
  fs_meet_thread();
  fs_tell_process(FS_EXEC, fs_state.tid, command, bytes);
}
