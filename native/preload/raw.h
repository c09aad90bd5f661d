/* System calls that leave errno alone: what libc would set there belongs to the traced program. */
#ifndef FAULTSCOPE_RAW_H
#define FAULTSCOPE_RAW_H

#include <sys/syscall.h>

static inline long fs_raw(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#endif
