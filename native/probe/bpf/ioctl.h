/* UFFDIO_* calls: arguments on entry, result field on exit, one record each. */
#ifndef FAULTSCOPE_IOCTL_H
#define FAULTSCOPE_IOCTL_H

#include "file.h"
#include "leave.h"
#include "site.h"

#define FS_UFFDIO_TYPE 0xaa
#define FS_UFFDIO_API 0xc018aa3f
#define FS_IOC_NEW 0xaa00
#define fs_ioc_type(request) (((request) >> 8) & 0xff)
#define fs_ioc_size(request) (((request) >> 16) & 0x3fff)

/* The numbers of this ABI as far as it is known: only for those is a wrong descriptor a userfaultfd mistake. */
static __always_inline bool known_request(__u32 request) {
  __u32 size = fs_ioc_size(request), number = request & 0xff;
  return size >= 16 && size <= 40 && (number <= 8 || number == 0x3f);
}

/* The struct mostly lies on the caller's stack, of which we have a copy already: a read less. */
static __always_inline void read_arguments(struct fs_slot *slot, struct pt_regs *regs, const struct fs_stack *stack) {
  __u32 size = fs_ioc_size(slot->request);
  __u64 offset = slot->argp - regs->sp, word = offset / 8;
  slot->arg[0] = slot->arg[1] = slot->arg[2] = slot->arg[3] = 0;
  if (size == 0) return;
  if (stack && size >= sizeof(slot->arg) && offset % 8 == 0 && word <= FS_KEY_WORDS - 4) {
    __builtin_memcpy(slot->arg, &stack->word[word], sizeof(slot->arg));
    return;
  }
  if (size > sizeof(slot->arg)) size = sizeof(slot->arg);
  if (bpf_probe_read_user(slot->arg, size, (void *)slot->argp)) slot->flags |= FS_LATE;
}

static __always_inline int ioctl_enter(struct task_struct *task, struct pt_regs *regs, __u64 id, __u32 fd,
                                       __u32 request, __u64 argp) {
  __u64 now = bpf_ktime_get_ns();
  struct file *file = file_at(task, fd);
  __u32 mark = 0;
  if (!file || !is_uffd(file)) {
    if (request == FS_IOC_NEW) {
      if (!file || !is_uffd_device(file)) return 0;
    } else if (known_request(request)) {
      mark = FS_FOREIGN;
    } else {
      return 0;
    }
  }
  struct fs_slot *slot = claim((__u32)id);
  if (!slot) return 0;
  if (slot->flags & FS_LEAVING) let_go(slot);
  name_thread(slot, id, now);
  slot->enter_ns = now;
  slot->argp = argp;
  slot->request = request;
  slot->fd = fd;
  slot->flags = (slot->flags & ~(FS_FOREIGN | FS_LATE)) | mark;
  struct fs_stack *stack = read_stack(regs);
  read_arguments(slot, regs, stack);
  slot->site_key = mark ? 0 : site_key_of(slot, task, regs, stack, id, now);
  slot->flags |= FS_IN_IOCTL;
  return 0;
}

static __always_inline void read_result(struct fs_slot *slot, struct fs_ioctl *record) {
  __u32 size = fs_ioc_size(slot->request);
  record->result = 0;
  if (slot->flags & FS_LATE) {
    /* Opaque, so that what is compared is what is used: the verifier of 6.1 forgets the bound of a copied register. */
    __u32 bytes = size;
    asm volatile("" : "+r"(bytes));
    if (bytes > sizeof(record->arg)) bytes = sizeof(record->arg);
    if (bytes) bpf_probe_read_user(record->arg, bytes, (void *)slot->argp);
  }
  if (slot->request == FS_UFFDIO_API) {
    bpf_probe_read_user(&record->arg[3], 8, (void *)(slot->argp + 8));
    bpf_probe_read_user(&record->result, 8, (void *)(slot->argp + 16));
  } else if (size > 24) {
    bpf_probe_read_user(&record->result, 8, (void *)(slot->argp + size - 8));
  }
}

static __always_inline void fill_ioctl(struct fs_ioctl *record, struct fs_slot *slot, __u64 id, __s64 ret) {
  fill_head(&record->head, FS_IOCTL, id, slot->enter_ns);
  if (slot->flags & FS_FOREIGN) record->head.flags |= FS_NOT_UFFD;
  if (slot->flags & FS_LATE) record->head.flags |= FS_ARG_LATE;
  record->head.fd = slot->fd;
  record->site_key = slot->site_key;
  record->request = slot->request;
  record->ret = ret;
  __builtin_memcpy(record->arg, slot->arg, sizeof(slot->arg));
  read_result(slot, record);
  if (slot->request == FS_IOC_NEW) record->arg[0] = slot->argp;
  record->duration_ns = bpf_ktime_get_ns() - slot->enter_ns;
}

static __always_inline int ioctl_exit(__u64 id, __s64 ret) {
  struct fs_slot *slot = slot_of((__u32)id);
  if (!slot || !(slot->flags & FS_IN_IOCTL)) return 0;
  slot->flags &= ~FS_IN_IOCTL;
  /* EBADF, ENOTTY: a userfaultfd call on the wrong descriptor. Anything else was another driver's. */
  if ((slot->flags & FS_FOREIGN) && ret != -9 && ret != -25) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  if (about_to_be_preempted(task)) {
    fill_ioctl(&slot->held.ioctl, slot, id, ret);
    slot->flags |= FS_LEAVING;
    return 0;
  }
  struct fs_ioctl *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_ioctl(record, slot, id, ret);
  submit(record);
  return 0;
}

#endif
