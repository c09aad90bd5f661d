/* Which kind of file a descriptor of the current task is. */
#ifndef FAULTSCOPE_FILE_H
#define FAULTSCOPE_FILE_H

#include "state.h"

enum fs_file { FS_FILE_OTHER, FS_FILE_NONE, FS_FILE_UFFD, FS_FILE_DEVICE };

static __always_inline struct file *file_at(struct task_struct *task, __u32 fd) {
  struct files_struct *files = task->files;
  if (!files) return NULL;
  struct fdtable *table = files->fdt;
  if (!table || fd >= table->max_fds) return NULL;
  struct file **array = table->fd;
  struct file *file = NULL;
  if (bpf_probe_read_kernel(&file, sizeof(file), array + fd)) return NULL;
  return file;
}

static __always_inline bool is_uffd(struct file *file) {
  const void *operations = NULL;
  bpf_core_read(&operations, sizeof(operations), &file->f_op);
  return operations && (__u64)operations == control.uffd_fops;
}

/* /dev/userfaultfd is recognised by its device number: that is the same under any name, in any container. */
static __always_inline bool is_uffd_device(struct file *file) {
  if (!control.uffd_device) return false;
  struct inode *inode = BPF_CORE_READ(file, f_inode);
  __u32 device = BPF_CORE_READ(inode, i_rdev);
  __u16 mode = BPF_CORE_READ(inode, i_mode);
  return device == control.uffd_device && (mode & 0170000) == 0020000;
}

#endif
