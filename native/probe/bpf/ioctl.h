/* UFFDIO_* calls with their arguments and the result field, one record each. */
#ifndef FAULTSCOPE_IOCTL_H
#define FAULTSCOPE_IOCTL_H

#include "file.h"
#include "leave.h"
#include "site.h"

#define FS_UFFDIO_TYPE 0xaa
#define FS_UFFDIO_API 0xc018aa3f
#define FS_IOC_NEW 0xaa00
/* UFFDIO_COPY and UFFDIO_MOVE: four words and the result behind them. */
#define FS_FULL_ARGUMENT 40
#define fs_ioc_type(request) (((request) >> 8) & 0xff)
#define fs_ioc_size(request) (((request) >> 16) & 0x3fff)

/* The numbers of this ABI as far as it is known: only for those is a wrong descriptor a userfaultfd mistake. */
static __always_inline bool known_request(__u32 request) {
  __u32 size = fs_ioc_size(request), number = request & 0xff;
  return size >= 16 && size <= 40 && (number <= 8 || number == 0x3f);
}

/*
 * The entry only looks at the clock: everything else is still there on exit, where one read takes argument and result.
 * UFFDIO_API is the exception, its struct is overwritten.
 */
static __always_inline int ioctl_enter(__u64 id, __u32 request, __u64 argp) {
  __u64 now = bpf_ktime_get_ns();
  struct fs_slot *slot = claim((__u32)id);
  if (!slot) return 0;
  if (slot->flags & FS_LEAVING) let_go(slot);
  slot->enter_ns = now;
  slot->flags |= FS_IN_IOCTL;
  if (request == FS_UFFDIO_API && bpf_probe_read_user(slot->api, sizeof(slot->api), (void *)argp))
    slot->api[0] = slot->api[1] = 0;
  return 0;
}

enum fs_made_on { FS_MADE_ON_UFFD, FS_MADE_ON_ANOTHER, FS_MADE_ON_STRANGER };

/* What the call was made on; a stranger is another driver's file, whose business is not ours. */
static __always_inline enum fs_made_on made_on(struct task_struct *task, __u32 fd, __u32 request, __s64 ret) {
  struct file *file = file_at(task, fd);
  if (file && is_uffd(file)) return FS_MADE_ON_UFFD;
  if (request == FS_IOC_NEW) return file && is_uffd_device(file) ? FS_MADE_ON_UFFD : FS_MADE_ON_STRANGER;
  if (!known_request(request)) return FS_MADE_ON_STRANGER;
  /* EBADF, ENOTTY: a userfaultfd call on the wrong descriptor. Without a file the descriptor was closed meanwhile. */
  if (ret == -9 || ret == -25) return FS_MADE_ON_ANOTHER;
  return file ? FS_MADE_ON_STRANGER : FS_MADE_ON_UFFD;
}

/* The struct mostly lies on the caller's stack, of which we have a copy already: a read less. */
static __always_inline void read_argument(struct fs_ioctl *record, struct pt_regs *regs, const struct fs_stack *stack) {
  /* Opaque, so that what is compared is what is used: the verifier of 6.1 forgets the bound of a copied register. */
  __u32 size = fs_ioc_size(record->request);
  asm volatile("" : "+r"(size));
  __u64 argp = regs->dx, offset = argp - regs->sp, word = offset / 8;
  record->arg[0] = record->arg[1] = record->arg[2] = record->arg[3] = record->result = 0;
  if (size == FS_FULL_ARGUMENT && stack && offset % 8 == 0 && word <= FS_KEY_WORDS - 5) {
    __builtin_memcpy(record->arg, &stack->word[word], FS_FULL_ARGUMENT);
  } else if (size == FS_FULL_ARGUMENT) {
    if (bpf_probe_read_user(record->arg, FS_FULL_ARGUMENT, (void *)argp)) record->head.flags |= FS_ARG_UNREAD;
  } else {
    if (size > sizeof(record->arg)) size = sizeof(record->arg);
    if (size && bpf_probe_read_user(record->arg, size, (void *)argp)) record->head.flags |= FS_ARG_UNREAD;
    if (size > 24) {
      record->result = record->arg[3];
      record->arg[3] = 0;
    }
  }
}

static __always_inline void api_argument(struct fs_ioctl *record, const struct fs_slot *slot) {
  record->result = record->arg[2];
  record->arg[3] = record->arg[1];
  record->arg[0] = slot->api[0];
  record->arg[1] = slot->api[1];
  record->arg[2] = 0;
}

static __always_inline void fill_ioctl(struct fs_ioctl *record, struct fs_slot *slot, struct pt_regs *regs, __u64 id,
                                       __s64 ret, __u64 site_key, const struct fs_stack *stack) {
  fill_head(&record->head, FS_IOCTL, id, slot->enter_ns);
  record->head.fd = regs->di;
  record->site_key = site_key;
  record->request = regs->si;
  record->ret = ret;
  read_argument(record, regs, stack);
  if (record->request == FS_UFFDIO_API) api_argument(record, slot);
  if (record->request == FS_IOC_NEW) record->arg[0] = regs->dx;
  record->duration_ns = bpf_ktime_get_ns() - slot->enter_ns;
}

static __always_inline int ioctl_exit(__u64 id, __s64 ret) {
  struct fs_slot *slot = slot_of((__u32)id);
  if (!slot || !(slot->flags & FS_IN_IOCTL)) return 0;
  slot->flags &= ~FS_IN_IOCTL;
  struct task_struct *task = bpf_get_current_task_btf();
  struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
  enum fs_made_on on = made_on(task, regs->di, regs->si, ret);
  if (on == FS_MADE_ON_STRANGER) return 0;
  name_thread(slot, id, slot->enter_ns);
  struct fs_stack *stack = read_stack(regs);
  __u64 key = on == FS_MADE_ON_UFFD ? site_key_of(slot, task, regs, stack, id, slot->enter_ns) : 0;
  bool hold = about_to_be_preempted(task);
  struct fs_ioctl *record = hold ? &slot->held.ioctl : reserve(sizeof(*record));
  if (!record) return 0;
  fill_ioctl(record, slot, regs, id, ret, key, stack);
  if (on == FS_MADE_ON_ANOTHER) record->head.flags |= FS_NOT_UFFD;
  if (!hold) {
    submit(record);
    return 0;
  }
  slot->leaving = regs->dx;
  slot->flags |= FS_LEAVING;
  return 0;
}

#endif
