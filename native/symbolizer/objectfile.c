#define _GNU_SOURCE
#include "objectfile.h"

#include "maps.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pid_t pid_in_use;

void objectfile_use_pid(pid_t pid) { pid_in_use = pid; }

/*
 * Only regular files, and without blocking on whatever the process may have put there. A path may lead to another file
 * by now: on the same device, another inode says so. (Where devices differ nothing can be said: overlay and btrfs show
 * another device in maps than in stat.)
 */
static int open_regular(const char *path, const struct object *object, bool strict) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (descriptor < 0) return -1;
  struct stat status;
  bool fits = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  if (fits && (strict || status.st_dev == object->device))
    fits = status.st_dev == object->device && status.st_ino == object->inode;
  if (fits) return descriptor;
  close(descriptor);
  return -1;
}

static int open_object(const struct object *object) {
  char path[PATH_MAX + 64];
  /* The mapping itself, the very file even when it was deleted or replaced; needs CAP_CHECKPOINT_RESTORE. */
  snprintf(path, sizeof path, "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)pid_in_use, object->start,
           object->first_end);
  int descriptor = open_regular(path, object, false);
  if (descriptor >= 0 || object->deleted) return descriptor;
  snprintf(path, sizeof path, "/proc/%d/root%s", (int)pid_in_use, object->path);
  descriptor = open_regular(path, object, false);
  /* The process may be gone. In our own mount namespace the path may mean something else: no benefit of the doubt. */
  return descriptor >= 0 ? descriptor : open_regular(object->path, object, true);
}

int objectfile_find(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr start, char **file_name,
                    Elf **elf) {
  (void)module, (void)name, (void)start, (void)elf;
  const struct object *object = *userdata;
  if (object == NULL) return -1;
  int descriptor = open_object(object);
  if (descriptor >= 0) *file_name = strdup(object->path);
  return descriptor;
}
