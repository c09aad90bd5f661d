/** The remaining names of include/uapi/linux/userfaultfd.h, with what they mean. */

export interface Constant {
  readonly name: string;
  readonly value: string;
  readonly since: string;
  readonly summary: string;
}

export const CONSTANTS: readonly Constant[] = [
  { name: "UFFD_API", value: "0xAA", since: "4.3", summary: "The version of the interface; the only one there is." },
  { name: "UFFDIO", value: "0xAA", since: "4.3", summary: "The type byte of every userfaultfd ioctl." },
  {
    name: "UFFD_USER_MODE_ONLY",
    value: "1",
    since: "5.11",
    summary:
      "Flag of userfaultfd(2): only faults of user code are reported, so that no privilege is needed. A system call that meets a missing page fails with EFAULT, or its thread gets SIGBUS.",
  },
  {
    name: "UFFD_PAGEFAULT_FLAG_WRITE",
    value: "1",
    since: "4.3",
    summary: "The access was a write.",
  },
  {
    name: "UFFD_PAGEFAULT_FLAG_WP",
    value: "2",
    since: "5.7",
    summary: "The page is there and write-protected: UFFDIO_WRITEPROTECT resolves it.",
  },
  {
    name: "UFFD_PAGEFAULT_FLAG_MINOR",
    value: "4",
    since: "5.13",
    summary: "The page is in the page cache and not mapped: UFFDIO_CONTINUE resolves it.",
  },
  {
    name: "UFFD_API_FEATURES",
    value: "all UFFD_FEATURE_* of the header",
    since: "4.3",
    summary:
      "Every feature the header knows. A kernel that is older than the header refuses them with EINVAL: ask with features 0 first.",
  },
  {
    name: "UFFD_API_IOCTLS",
    value: "bits of REGISTER, UNREGISTER and API",
    since: "4.3",
    summary: "What a descriptor can do before a range is registered.",
  },
  {
    name: "UFFD_API_RANGE_IOCTLS",
    value: "bits of the calls on a range",
    since: "4.3",
    summary: "What can be done with a registered range of anonymous memory, as far as the header knows.",
  },
  {
    name: "UFFD_API_RANGE_IOCTLS_BASIC",
    value: "bits of the calls on any range",
    since: "4.11",
    summary: "What can be done with a registered range of hugetlb memory.",
  },
  {
    name: "UFFD_API_REGISTER_MODES",
    value: "all UFFDIO_REGISTER_MODE_* of the header",
    since: "5.13",
    summary: "Every register mode the header knows.",
  },
];
