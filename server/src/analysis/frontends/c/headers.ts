import { IOCTLS } from "../../../uffd/ioctls";
import {
  CHAR,
  type CType,
  INT,
  LONG,
  layOut,
  pointerTo,
  type StructType,
  UCHAR,
  UINT,
  ULONG,
  VOID,
  VOID_PTR,
} from "./types";

/** What the system's headers would define: constants, types and the argument structs of userfaultfd. */

const SHORT: CType = { k: "int", size: 2, signed: true };
const USHORT: CType = { k: "int", size: 2, signed: false };

export const TYPEDEFS: ReadonlyMap<string, CType> = new Map<string, CType>([
  ...names("int8_t s8 __s8", CHAR),
  ...names("uint8_t u8 __u8 u_char", UCHAR),
  ...names("int16_t s16 __s16", SHORT),
  ...names("uint16_t u16 __u16 u_short", USHORT),
  ...names("int32_t s32 __s32 pid_t clockid_t uid_t gid_t pthread_once_t", INT),
  ...names("uint32_t u32 __u32 u_int mode_t socklen_t nfds_t atomic_uint", UINT),
  ...names(
    "int64_t s64 __s64 ssize_t off_t off64_t loff_t ptrdiff_t intptr_t time_t intmax_t atomic_long suseconds_t",
    LONG,
  ),
  ...names(
    "uint64_t u64 __u64 size_t uintptr_t u_long uintmax_t pthread_t atomic_ulong atomic_size_t rlim_t dev_t ino_t",
    ULONG,
  ),
  ...names("atomic_int sig_atomic_t wchar_t", INT),
  ...names("bool _Bool atomic_bool", UCHAR),
  ...names("FILE DIR", VOID),
  ...names("va_list __builtin_va_list", VOID_PTR),
  ...names(
    "pthread_mutex_t pthread_cond_t pthread_barrier_t pthread_rwlock_t pthread_attr_t sem_t sigset_t cpu_set_t posix_spawn_file_actions_t posix_spawnattr_t jmp_buf sigjmp_buf pthread_spinlock_t fd_set",
    opaque(128),
  ),
]);

function names(list: string, type: CType): [string, CType][] {
  return list.split(" ").map((n) => [n, type]);
}

function opaque(size: number): StructType {
  return { k: "struct", name: "", fields: [], size, align: 8, bases: [] };
}

function struct(name: string, members: readonly (readonly [string, CType])[], union = false): StructType {
  const s: StructType = { k: "struct", name, fields: [], size: 0, align: 1, bases: [] };
  layOut(
    s,
    members.map(([n, type]) => ({ name: n, type })),
    union,
    false,
  );
  return s;
}

const range = struct("uffdio_range", [
  ["start", ULONG],
  ["len", ULONG],
]);

/** The argument structs as the ioctl table has them; dotted names become the embedded `range`. */
function uffdStructs(): StructType[] {
  return IOCTLS.filter((i) => i.struct !== "" && i.struct !== "uffdio_range").map((i) => {
    const members: [string, CType][] = [];
    for (const f of i.fields) {
      if (f.name === "range.start") members.push(["range", range]);
      else if (!f.name.startsWith("range.")) members.push([f.name, f.signed ? LONG : ULONG]);
    }
    return struct(i.struct, members);
  });
}

const pagefault = struct("", [
  ["flags", ULONG],
  ["address", ULONG],
  ["feat", struct("", [["ptid", UINT]], true)],
]);
const messageArgument = struct(
  "",
  [
    ["pagefault", pagefault],
    ["fork", struct("", [["ufd", UINT]])],
    [
      "remap",
      struct("", [
        ["from", ULONG],
        ["to", ULONG],
        ["len", ULONG],
      ]),
    ],
    [
      "remove",
      struct("", [
        ["start", ULONG],
        ["end", ULONG],
      ]),
    ],
    [
      "reserved",
      struct("", [
        ["reserved1", ULONG],
        ["reserved2", ULONG],
        ["reserved3", ULONG],
      ]),
    ],
  ],
  true,
);

export const STRUCTS: ReadonlyMap<string, StructType> = new Map(
  [
    range,
    ...uffdStructs(),
    struct("uffd_msg", [
      ["event", UCHAR],
      ["reserved1", UCHAR],
      ["reserved2", SHORT],
      ["reserved3", UINT],
      ["arg", messageArgument],
    ]),
    struct("pollfd", [
      ["fd", INT],
      ["events", SHORT],
      ["revents", SHORT],
    ]),
    struct("epoll_event", [
      ["events", UINT],
      [
        "data",
        struct(
          "",
          [
            ["ptr", VOID_PTR],
            ["fd", INT],
            ["u32", UINT],
            ["u64", ULONG],
          ],
          true,
        ),
      ],
    ]),
    struct("iovec", [
      ["iov_base", VOID_PTR],
      ["iov_len", ULONG],
    ]),
    struct("timespec", [
      ["tv_sec", LONG],
      ["tv_nsec", LONG],
    ]),
    struct("timeval", [
      ["tv_sec", LONG],
      ["tv_usec", LONG],
    ]),
    struct("option", [
      ["name", pointerTo(CHAR)],
      ["has_arg", INT],
      ["flag", pointerTo(INT)],
      ["val", INT],
    ]),
    { ...opaque(144), name: "stat" },
    { ...opaque(152), name: "sigaction" },
    { ...opaque(144), name: "rusage" },
    { ...opaque(16), name: "rlimit" },
    { ...opaque(56), name: "msghdr" },
    { ...opaque(16), name: "cmsghdr" },
    { ...opaque(110), name: "sockaddr_un" },
    { ...opaque(88), name: "clone_args" },
  ].map((s) => [s.name, s]),
);

export const GLOBAL_TYPES: ReadonlyMap<string, CType> = new Map<string, CType>([
  ["errno", INT],
  ["environ", pointerTo(pointerTo(CHAR))],
  ["optarg", pointerTo(CHAR)],
  ...names("optind opterr optopt", INT),
  ...names("stdin stdout stderr program_invocation_name program_invocation_short_name", VOID_PTR),
]);

/** Result types of functions whose result is dereferenced or widened without a cast in real code. */
export const RESULT_TYPES: ReadonlyMap<string, CType> = new Map<string, CType>([
  ...names(
    "mmap malloc calloc realloc aligned_alloc memalign valloc pvalloc mremap memset memcpy memmove shmat alloca reallocarray mmap64",
    VOID_PTR,
  ),
  ...names("strcpy strncpy strchr strrchr strstr strdup getenv strerror strcat strtok fgets", pointerTo(CHAR)),
  ...names(
    "strlen read write pread pwrite sysconf syscall strtol atol lseek recv readv fread fwrite ftell strtoll time",
    LONG,
  ),
  ...names("strtoul strtoull", ULONG),
  ...names("popen fopen tmpfile fdopen opendir", VOID_PTR),
  ["__errno_location", pointerTo(INT)],
]);
