/* The functions we stand before, looked up when first needed: other libraries' constructors run before ours. */
#ifndef FAULTSCOPE_NEXT_H
#define FAULTSCOPE_NEXT_H

#include <dlfcn.h>

#include "preload.h"

/* Lasts as long as the program: a function that is not there (libc older than it) is none we are called for. */
#define FS_NEXT(name)                                                            \
  ({                                                                             \
    static void *found;                                                          \
    void *known = __atomic_load_n(&found, __ATOMIC_RELAXED);                     \
    if (fs_unlikely(!known)) {                                                   \
      known = dlsym(RTLD_NEXT, #name);                                           \
      __atomic_store_n(&found, known, __ATOMIC_RELAXED);                         \
    }                                                                            \
    (__typeof__(&name))known;                                                    \
  })

#endif
