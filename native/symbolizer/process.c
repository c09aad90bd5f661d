#define _GNU_SOURCE
#include "process.h"

#include "objectfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CACHED = 16 };

static struct process cache[CACHED];
static uint64_t clock_of_use;

/* Fields of /proc/PID/stat come after the command's closing parenthesis; the start time is the 22nd field. 0: gone. */
static uint64_t start_time(pid_t pid) {
  char name[64], text[1024];
  snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
  FILE *file = fopen(name, "re");
  if (file == NULL) return 0;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  char *field = strrchr(text, ')');
  for (int i = 2; field != NULL && i < 22; i++) field = strchr(field + 1, ' ');
  return field == NULL ? 0 : strtoull(field, NULL, 10);
}

/* 0/0 when it may not be asked for. */
static void identify_exe(pid_t pid, uint64_t *device, uint64_t *inode) {
  char name[64];
  struct stat status;
  snprintf(name, sizeof name, "/proc/%d/exe", (int)pid);
  *device = *inode = 0;
  if (stat(name, &status) != 0) return;
  *device = status.st_dev;
  *inode = status.st_ino;
}

static void forget(struct process *process) {
  if (process->dwfl != NULL) dwfl_end(process->dwfl);
  maps_free(&process->maps);
  *process = (struct process){0};
}

static bool report_objects(struct process *process) {
  static const Dwfl_Callbacks callbacks = {
      .find_elf = objectfile_find,
      .find_debuginfo = dwfl_standard_find_debuginfo,
      .section_address = dwfl_offline_section_address,
  };
  process->dwfl = dwfl_begin(&callbacks);
  if (process->dwfl == NULL) return false;
  dwfl_report_begin(process->dwfl);
  for (size_t i = 0; i < process->maps.count; i++) {
    struct object *object = &process->maps.objects[i];
    Dwfl_Module *module = dwfl_report_module(process->dwfl, object->path, object->start, object->end);
    void **userdata;
    if (module == NULL) continue;
    dwfl_module_info(module, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
    *userdata = object;
  }
  dwfl_report_end(process->dwfl, NULL, NULL);
  return true;
}

/* Puts maps that were just read into the process, which takes them over. */
static void build(struct process *process, pid_t pid, const struct maps *maps) {
  forget(process);
  process->pid = pid;
  process->start_time = start_time(pid);
  identify_exe(pid, &process->exe_device, &process->exe_inode);
  process->maps = *maps;
  objectfile_use_pid(pid);
  if (!report_objects(process)) return;
  process->attached = dwfl_attach_state(process->dwfl, NULL, pid, &unwind_callbacks, process);
}

static struct process *cached(pid_t pid) {
  for (size_t i = 0; i < CACHED; i++)
    if (cache[i].pid == pid) return &cache[i];
  return NULL;
}

static struct process *least_used(void) {
  struct process *oldest = &cache[0];
  for (size_t i = 1; i < CACHED; i++)
    if (cache[i].last_used < oldest->last_used) oldest = &cache[i];
  return oldest;
}

/* Whether a process is there under this pid, and is another one than, or runs another program than, what is cached. */
static bool replaced(const struct process *process) {
  uint64_t began = start_time(process->pid), device, inode;
  if (began == 0) return false;
  if (began != process->start_time) return true;
  identify_exe(process->pid, &device, &inode);
  return inode != 0 && (device != process->exe_device || inode != process->exe_inode);
}

struct process *process_get(pid_t pid, bool fresh, int *error) {
  struct process *process = cached(pid);
  bool known = process != NULL && !replaced(process);
  if (fresh || !known) {
    struct maps maps;
    *error = maps_read(&maps, pid);
    if (*error != 0 && !known) return NULL;
    if (*error == 0 && known && maps.digest == process->maps.digest) {
      maps_free(&maps);
    } else if (*error == 0) {
      if (process == NULL) process = least_used();
      build(process, pid, &maps);
    }
  }
  process->last_used = ++clock_of_use;
  objectfile_use_pid(pid);
  return process;
}

bool process_reload(struct process *process) {
  struct maps maps;
  if (maps_read(&maps, process->pid) != 0) return false;
  if (maps.digest == process->maps.digest) {
    maps_free(&maps);
    return false;
  }
  uint64_t used = process->last_used;
  build(process, process->pid, &maps);
  process->last_used = used;
  return true;
}

static int open_file(Dwfl_Module *module, void **userdata, const char *name, Dwarf_Addr start, void *argument) {
  (void)userdata, (void)name, (void)start, (void)argument;
  GElf_Addr bias;
  (void)dwfl_module_getelf(module, &bias);
  return DWARF_CB_OK;
}

void process_open_files(struct process *process) {
  if (process->dwfl != NULL) dwfl_getmodules(process->dwfl, open_file, NULL, 0);
}
