/*
 * The functions that stand before libc's. Each keeps the caller's registers as they are and hands a pointer to them on
 * as the seventh argument: that is where a call site is unwound from. Six integer arguments pass through in place.
 */
.macro FS_ENTRY name
  .text
  .p2align 4
  .globl \name
  .type \name, @function
\name:
  FS_BODY \name
  .size \name, . - \name
.endm

.macro FS_BODY name
  .cfi_startproc
  endbr64
  push %r15
  .cfi_adjust_cfa_offset 8
  push %r14
  .cfi_adjust_cfa_offset 8
  push %r13
  .cfi_adjust_cfa_offset 8
  push %r12
  .cfi_adjust_cfa_offset 8
  push %rbx
  .cfi_adjust_cfa_offset 8
  push %rbp
  .cfi_adjust_cfa_offset 8
  mov %rsp, %rax
  push %rax
  .cfi_adjust_cfa_offset 8
  call fs_on_\name
  add $56, %rsp
  .cfi_adjust_cfa_offset -56
  ret
  .cfi_endproc
.endm

FS_ENTRY ioctl
FS_ENTRY syscall
FS_ENTRY read
FS_ENTRY __read_chk
FS_ENTRY readv
FS_ENTRY close
FS_ENTRY mmap
FS_ENTRY mmap64
FS_ENTRY munmap
FS_ENTRY mremap
FS_ENTRY mprotect
FS_ENTRY madvise
FS_ENTRY mlock
FS_ENTRY mlock2
FS_ENTRY munlock
FS_ENTRY mlockall
FS_ENTRY munlockall
FS_ENTRY prctl
FS_ENTRY fork
FS_ENTRY _Fork
FS_ENTRY clone

/* The same as ioctl under a name that nobody can stand before: for measuring ourselves. */
  .globl fs_entry_ioctl
  .hidden fs_entry_ioctl
  .type fs_entry_ioctl, @function
  .set fs_entry_ioctl, ioctl

  .section .note.GNU-stack, "", @progbits
