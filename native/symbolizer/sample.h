/* A request: where a thread was when it entered the kernel. */
#ifndef SYMBOLIZER_SAMPLE_H
#define SYMBOLIZER_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_STACK_BYTES = 64 * 1024, REGISTER_COUNT = 8 };

/* Order of the registers in a request. */
enum { REG_IP, REG_SP, REG_BP, REG_BX, REG_R12, REG_R13, REG_R14, REG_R15 };

struct sample {
  uint32_t site, pid, tid;
  bool has_registers; /* false: a request to load the process, nothing more */
  uint64_t registers[REGISTER_COUNT];
  size_t stack_bytes;
  unsigned char stack[MAX_STACK_BYTES]; /* from sp upwards */
};

/*
 * Reads the next request from standard input: u32 length of what follows, u32 site, pid, tid, registerBytes,
 * stackBytes, then the registers as u64 and the stack; all little-endian. Returns false at the end of input; ends the
 * program when the input is not such a request.
 */
bool sample_read(struct sample *sample);

#endif
