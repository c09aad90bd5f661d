/* The executable mappings of a process, by object file. */
#ifndef SYMBOLIZER_MAPS_H
#define SYMBOLIZER_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One object file as it is mapped, from its first mapping to its last. */
struct object {
  char *path; /* as the kernel shows it, in the process's own mount namespace */
  bool deleted;
  uint64_t start, end;
  uint64_t first_end; /* of the first mapping: /proc/PID/map_files names mappings by both ends */
  uint64_t exec_start, exec_offset; /* of its first executable mapping */
  uint64_t device, inode;
  bool executable;
};

struct maps {
  struct object *objects;
  size_t count;
  uint64_t digest; /* of all executable mappings: equal means nothing changed that matters here */
  struct range { uint64_t start, end; } *anonymous; /* executable memory without a file: compiled at run time */
  size_t anonymous_count;
};

/* Reads /proc/PID/maps. Returns 0, or the errno that says why not. */
int maps_read(struct maps *maps, pid_t pid);
void maps_free(struct maps *maps);

/* The object that covers an address, or NULL. */
const struct object *maps_object(const struct maps *maps, uint64_t address);
bool maps_anonymous(const struct maps *maps, uint64_t address);

#endif
