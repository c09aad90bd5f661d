#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 20 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "requests are read as they are");

__attribute__((noreturn)) static void refuse(const char *why) {
  fprintf(stderr, "symbolizer: bad request: %s\n", why);
  exit(2);
}

static void read_exactly(void *into, size_t bytes) {
  if (bytes > 0 && fread(into, bytes, 1, stdin) != 1) refuse("it is cut off");
}

bool sample_read(struct sample *sample) {
  uint32_t length, header[HEADER_BYTES / sizeof(uint32_t)];
  size_t got = fread(&length, 1, sizeof length, stdin);
  if (got == 0) return false;
  if (got != sizeof length) refuse("it is cut off");
  if (length < HEADER_BYTES) refuse("it is too short");
  read_exactly(header, sizeof header);
  uint32_t register_bytes = header[3], stack_bytes = header[4];
  if (register_bytes != 0 && register_bytes != sizeof sample->registers) refuse("its registers are not eight words");
  if (stack_bytes > MAX_STACK_BYTES) refuse("its stack is too large");
  if (length != HEADER_BYTES + register_bytes + stack_bytes) refuse("its length does not fit its parts");
  sample->site = header[0];
  sample->pid = header[1];
  sample->tid = header[2];
  sample->has_registers = register_bytes != 0;
  sample->stack_bytes = stack_bytes;
  read_exactly(sample->registers, register_bytes);
  read_exactly(sample->stack, stack_bytes);
  return true;
}
