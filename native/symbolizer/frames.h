/* From an address to the functions and lines there, inlined ones included. */
#ifndef SYMBOLIZER_FRAMES_H
#define SYMBOLIZER_FRAMES_H

#include "process.h"

struct frame {
  const char *function, *file, *module; /* NULL: not known. They live as long as the process's object files */
  const char *directory; /* what a relative `file` is relative to; NULL: not known */
  int line, column;                     /* 0: not known */
  uint64_t offset; /* in the object's own addresses, as addr2line takes it; in the file when that cannot be read */
  bool inlined;
  const char *why; /* why there is no line: a word of the protocol, see README.md */
};

/*
 * Writes the frames at one address, innermost first: those inlined there, then the function itself. `address` is where
 * the call was made (one less than the return address). Returns how many, at least 1 and at most `room`.
 */
size_t frames_at(struct process *process, uint64_t address, struct frame *frames, size_t room);

#endif
