/** What an errno of a userfaultfd ioctl most often means, in a few words; the diagnostics have the whole story. */

const GENERAL: Readonly<Record<string, string>> = {
  EAGAIN: "stopped early: part is done, or an event waits to be read",
  EBADF: "the descriptor is closed",
  EINVAL: "range, alignment or mode is not allowed here",
  EFAULT: "the argument or the source is not accessible",
  EINTR: "a fatal signal came",
  ENOENT: "nothing is mapped or registered there",
  ENOMEM: "the kernel has no memory for it",
  ENOTTY: "the descriptor is not a userfaultfd, or the kernel does not know this ioctl",
  EPERM: "it needs a privilege",
  ESRCH: "the process has ended",
  EEXIST: "the page is there already",
  EBUSY: "in use by somebody else",
};

const BY_OP: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MOVE: {
    EBUSY: "a source page is shared or pinned: fork, KSM, I/O in flight",
    EEXIST: "a destination page is there already: resolved twice",
    ENOENT: "a source page was never written (no ALLOW_SRC_HOLES)",
    EFAULT: "a source page is a guard, poisoned or write-protect marker",
    EINVAL: "unaligned, unregistered or unsuitable mapping, or another process's memory",
  },
  COPY: { EEXIST: "the page is there already: resolved twice", ENOENT: "dst is not registered here" },
  ZEROPAGE: { EEXIST: "the page is there already: resolved twice" },
  CONTINUE: { EEXIST: "the page is mapped already: resolved twice", EFAULT: "the page is not in the page cache" },
  REGISTER: { EBUSY: "another userfaultfd has registered part of the range" },
  API: { EPERM: "EVENT_FORK needs CAP_SYS_PTRACE", EINVAL: "unknown feature, or the handshake was made already" },
};

/** A few words for `errno` (its name) of `op` (the name after UFFDIO_); empty when there is nothing to say. */
export function errnoMeaning(op: string, errno: string): string {
  return BY_OP[op]?.[errno] ?? GENERAL[errno] ?? "";
}
