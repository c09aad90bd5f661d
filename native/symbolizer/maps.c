#define _GNU_SOURCE
#include "maps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

enum { MAX_OBJECTS = 16384 };

struct line {
  uint64_t start, end, offset, inode;
  unsigned major, minor;
  char permissions[5];
  char *path; /* inside the line's own text */
};

static bool parse(char *text, struct line *line) {
  int path = 0;
  int fields = sscanf(text, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &line->start, &line->end,
                      line->permissions, &line->offset, &line->major, &line->minor, &line->inode, &path);
  if (fields != 7 || path == 0) return false;
  line->path = text + path;
  line->path[strcspn(line->path, "\n")] = '\0';
  return true;
}

/* The kernel writes a newline in a name as \012. */
static char *unescaped(const char *path) {
  char *copy = strdup(path), *out = copy;
  if (copy == NULL) return NULL;
  for (const char *in = copy; *in != '\0';) {
    if (strncmp(in, "\\012", 4) == 0) {
      *out++ = '\n';
      in += 4;
    } else {
      *out++ = *in++;
    }
  }
  *out = '\0';
  return copy;
}

static bool strip_suffix(char *text, const char *suffix) {
  size_t length = strlen(text), end = strlen(suffix);
  if (length < end || strcmp(text + length - end, suffix) != 0) return false;
  text[length - end] = '\0';
  return true;
}

static uint64_t mix(uint64_t digest, uint64_t value) { return (digest ^ value) * 0x100000001b3ull; }

static bool grow(void **array, size_t count, size_t size) {
  if ((count & (count - 1)) != 0) return true; /* room for powers of two */
  void *larger = realloc(*array, (count == 0 ? 1 : 2 * count) * size);
  if (larger == NULL) return false;
  *array = larger;
  return true;
}

static int add_anonymous(struct maps *maps, const struct line *line) {
  if (maps->anonymous_count >= MAX_OBJECTS) return 0;
  if (!grow((void **)&maps->anonymous, maps->anonymous_count, sizeof *maps->anonymous)) return ENOMEM;
  maps->anonymous[maps->anonymous_count++] = (struct range){line->start, line->end};
  return 0;
}

/* A file that begins anew at offset 0 after it had code is mapped a second time. */
static bool continues(const struct object *object, const struct line *line, uint64_t device, const char *path) {
  if (object->device != device || object->inode != line->inode || strcmp(object->path, path) != 0) return false;
  return !(line->offset == 0 && object->executable);
}

static int add_file(struct maps *maps, const struct line *line, bool executable) {
  uint64_t device = makedev(line->major, line->minor);
  char *path = unescaped(line->path);
  if (path == NULL) return ENOMEM;
  bool deleted = strip_suffix(path, " (deleted)");
  struct object *last = maps->count > 0 ? &maps->objects[maps->count - 1] : NULL;
  if (last != NULL && continues(last, line, device, path)) {
    free(path);
  } else {
    if (last != NULL && !last->executable) { /* data only: nothing here can be called */
      free(last->path);
      maps->count--;
    }
    if (maps->count >= MAX_OBJECTS || !grow((void **)&maps->objects, maps->count, sizeof *maps->objects)) {
      free(path);
      return maps->count >= MAX_OBJECTS ? 0 : ENOMEM;
    }
    last = &maps->objects[maps->count++];
    *last = (struct object){.path = path, .deleted = deleted, .start = line->start, .first_end = line->end,
                            .device = device, .inode = line->inode};
  }
  last->end = line->end;
  if (executable && !last->executable) {
    last->executable = true;
    last->exec_start = line->start;
    last->exec_offset = line->offset;
  }
  return 0;
}

int maps_read(struct maps *maps, pid_t pid) {
  *maps = (struct maps){.digest = 0xcbf29ce484222325ull};
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/maps", (int)pid);
  FILE *file = fopen(name, "re");
  if (file == NULL) return errno;
  char *text = NULL;
  size_t room = 0;
  int error = 0;
  errno = 0;
  while (error == 0 && getline(&text, &room, file) != -1) {
    struct line line;
    if (!parse(text, &line)) continue;
    bool executable = line.permissions[2] == 'x';
    if (executable) maps->digest = mix(mix(mix(maps->digest, line.start), line.end), line.inode ^ line.offset);
    if (line.path[0] == '/') error = add_file(maps, &line, executable);
    else if (executable && line.path[0] != '[') error = add_anonymous(maps, &line);
  }
  if (error == 0 && ferror(file)) error = errno != 0 ? errno : EIO;
  free(text);
  fclose(file);
  if (maps->count > 0 && !maps->objects[maps->count - 1].executable) free(maps->objects[--maps->count].path);
  /* A process that is ending has no memory left: nothing can be read, and it must not replace what was. */
  if (error == 0 && maps->count == 0 && maps->anonymous_count == 0) error = ESRCH;
  if (error != 0) maps_free(maps);
  return error;
}

void maps_free(struct maps *maps) {
  for (size_t i = 0; i < maps->count; i++) free(maps->objects[i].path);
  free(maps->objects);
  free(maps->anonymous);
  *maps = (struct maps){0};
}

const struct object *maps_object(const struct maps *maps, uint64_t address) {
  for (size_t i = 0; i < maps->count; i++)
    if (address >= maps->objects[i].start && address < maps->objects[i].end) return &maps->objects[i];
  return NULL;
}

bool maps_anonymous(const struct maps *maps, uint64_t address) {
  for (size_t i = 0; i < maps->anonymous_count; i++)
    if (address >= maps->anonymous[i].start && address < maps->anonymous[i].end) return true;
  return false;
}
