/* Opening the file behind a mapping, also where the process lives in another mount namespace. */
#ifndef SYMBOLIZER_OBJECTFILE_H
#define SYMBOLIZER_OBJECTFILE_H

#include <elfutils/libdwfl.h>
#include <sys/types.h>

/* The process whose files are opened from now on: libdwfl opens them when they are needed. */
void objectfile_use_pid(pid_t pid);

/* For Dwfl_Callbacks; the module's userdata is its struct object. */
int objectfile_find(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr start, char **file_name,
                    Elf **elf);

#endif
