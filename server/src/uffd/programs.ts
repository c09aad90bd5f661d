/**
 * A minimal C program for each diagnostic code. The documentation shows them; tests hold that the analysis finds in
 * each its code and nothing else, and that the kernel answers as it says.
 */

interface Program {
  /** What stands before `main`, if anything. */
  readonly functions?: string;
  /** Statements of `main`: `src` and `dst` are four private pages each, `dst` is registered for missing pages. */
  readonly body: string;
  readonly headers?: readonly string[];
  /** Features asked for in the handshake. */
  readonly features?: string;
}

const MOVE = `	struct uffdio_move move = { (unsigned long)dst, (unsigned long)src, PAGE, 0, 0 };
	return report("UFFDIO_MOVE", ioctl(uffd, UFFDIO_MOVE, &move));`;
const COPY = "	struct uffdio_copy copy = { (unsigned long)dst, (unsigned long)src, PAGE, 0, 0 };";

/** A thread that serves the first fault; `handle` does it. */
const handler = (handle: string): string => `static char *page_of(struct uffd_msg *message)
{
	return (char *)(message->arg.pagefault.address & ~(PAGE - 1));
}

static void *serve(void *from)
{
	struct uffd_msg message;

	while (read(uffd, &message, sizeof(message)) == sizeof(message)) {
		if (message.event != UFFD_EVENT_PAGEFAULT)
			continue;
		struct uffdio_copy copy = { (unsigned long)page_of(&message), (unsigned long)from, PAGE, 0, 0 };
${handle}
	}
	return NULL;
}`;
const SERVED = `	pthread_t thread;

	pthread_create(&thread, NULL, serve, src);
	dst[0] = 2;
	return 0;`;

const PROGRAMS: Readonly<Record<string, Program>> = {
  "ebusy-fork": {
    headers: ["sys/wait.h"],
    body: `	memset(src, 1, PAGE);
	if (fork() == 0)
		_exit(0);
	wait(NULL);
${MOVE}`,
  },
  "ebusy-ksm": {
    body: `	madvise(src, 4 * PAGE, MADV_MERGEABLE);
	memset(src, 1, 4 * PAGE);
	sleep(5);
${MOVE}`,
  },
  "ebusy-pinned": {
    headers: ["linux/io_uring.h", "sys/uio.h"],
    body: `	struct io_uring_params params = { 0 };
	struct iovec buffer = { src, PAGE };
	int ring = syscall(SYS_io_uring_setup, 1, &params);

	memset(src, 1, PAGE);
	syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1);
${MOVE}`,
  },
  "ebusy-registered": {
    body: `	struct uffdio_register range = { { (unsigned long)dst, PAGE }, UFFDIO_REGISTER_MODE_MISSING, 0 };

	uffd = open_uffd();
	return report("UFFDIO_REGISTER", ioctl(uffd, UFFDIO_REGISTER, &range));`,
  },
  "eexist-populated": {
    body: `${COPY}

	report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &copy));
	return report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &copy));`,
  },
  "eexist-not-woken": {
    headers: ["errno.h", "pthread.h"],
    functions: handler(`		/* Somebody may be faster; here it is this thread itself. */
		struct uffdio_copy faster = copy;
		if (ioctl(uffd, UFFDIO_COPY, &faster))
			abort();
		if (ioctl(uffd, UFFDIO_COPY, &copy) && errno != EEXIST)
			abort();`),
    body: SERVED,
  },
  "enoent-hole": { body: MOVE },
  "einval-alignment": {
    body: `	struct uffdio_copy copy = { (unsigned long)dst, (unsigned long)src, 100, 0, 0 };
	return report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &copy));`,
  },
  "einval-mapping": {
    body: `	src = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(src, 1, PAGE);
${MOVE}`,
  },
  "einval-unregistered": {
    body: `	dst = map(1);
${COPY}
	return report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &copy));`,
  },
  "einval-foreign-mm": {
    headers: ["sys/wait.h"],
    body: `	int status;

	if (fork() != 0) {
		wait(&status);
		return status != 0;
	}
	memset(src, 1, PAGE);
${MOVE}`,
  },
  "einval-mode": {
    body: `	struct uffdio_copy copy = { (unsigned long)dst, (unsigned long)src, PAGE, 1 << 4, 0 };
	return report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &copy));`,
  },
  "einval-number": {
    body: `	struct uffdio_move move = { (unsigned long)dst, (unsigned long)src, PAGE, 0, 0 };

	memset(src, 1, PAGE);
	return report("UFFDIO_MOVE", ioctl(uffd, 0xc020aa05, &move));`,
  },
  "eagain-partial": {
    body: `	struct uffdio_copy third = { (unsigned long)(dst + 2 * PAGE), (unsigned long)src, PAGE, 0, 0 };
	struct uffdio_copy copy = { (unsigned long)dst, (unsigned long)src, 4 * PAGE, 0, 0 };

	report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &third));
	return report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &copy));`,
  },
  "eagain-events": {
    headers: ["pthread.h"],
    features: "UFFD_FEATURE_EVENT_REMOVE",
    functions: `static void *drop(void *start)
{
	madvise(start, PAGE, MADV_DONTNEED);
	return NULL;
}`,
    body: `	pthread_t thread;

	pthread_create(&thread, NULL, drop, dst);
	sleep(1);
${COPY}
	return report("UFFDIO_COPY", ioctl(uffd, UFFDIO_COPY, &copy));`,
  },
  "efault-marker": {
    body: `	memset(src, 1, PAGE);
	madvise(src, PAGE, 102 /* MADV_GUARD_INSTALL, since Linux 6.13 */);
${MOVE}`,
  },
  "unchecked-result": {
    body: `	struct uffdio_copy copy = { (unsigned long)dst, (unsigned long)src, 4 * PAGE, 0, 0 };

	ioctl(uffd, UFFDIO_COPY, &copy);
	return 0;`,
  },
  "never-woken": {
    headers: ["pthread.h"],
    functions: handler(`		copy.mode = UFFDIO_COPY_MODE_DONTWAKE;
		if (ioctl(uffd, UFFDIO_COPY, &copy))
			abort();`),
    body: SERVED,
  },
  "handler-deadlock": {
    headers: ["pthread.h"],
    functions: handler(`		/* The page itself is missing: this thread waits for itself. */
		*page_of(&message) = 1;
		if (ioctl(uffd, UFFDIO_COPY, &copy))
			abort();`),
    body: SERVED,
  },
  "ignore-without-reason": {
    body: `	struct uffdio_move move = { (unsigned long)dst, (unsigned long)src, PAGE, 0, 0 };

	/* faultscope-ignore enoent-hole */
	return report("UFFDIO_MOVE", ioctl(uffd, UFFDIO_MOVE, &move));`,
  },
  "ignore-unused": {
    body: `	memset(src, 1, PAGE);
	/* faultscope-ignore enoent-hole: the source is written first */
${MOVE}`,
  },
};

const HEADERS = ["fcntl.h", "linux/userfaultfd.h", "stdio.h", "stdlib.h", "string.h", "sys/ioctl.h", "sys/mman.h"];
const MORE_HEADERS = ["sys/syscall.h", "unistd.h"];

/** The whole program for a code, ready to be compiled; undefined for a code that has none. */
export function minimalProgram(code: string): string | undefined {
  const program = PROGRAMS[code];
  if (program === undefined) return undefined;
  const headers = [...HEADERS, ...MORE_HEADERS, ...(program.headers ?? [])].sort();
  return `#define _GNU_SOURCE
${headers.map((h) => `#include <${h}>`).join("\n")}

#define PAGE 4096UL

static int uffd;

static int open_uffd(void)
{
	struct uffdio_api api = { UFFD_API, ${program.features ?? "0"}, 0 };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		exit(2);
	return fd;
}

static char *map(unsigned long pages)
{
	return mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void watch(char *start, unsigned long pages)
{
	struct uffdio_register range = { { (unsigned long)start, pages * PAGE }, UFFDIO_REGISTER_MODE_MISSING, 0 };

	if (ioctl(uffd, UFFDIO_REGISTER, &range))
		exit(2);
}

static int report(const char *call, int result)
{
	if (result)
		perror(call);
	return result != 0;
}
${program.functions === undefined ? "" : `\n${program.functions}\n`}
int main(void)
{
	char *src = map(4);
	char *dst = map(4);

	uffd = open_uffd();
	watch(dst, 4);
${program.body}
}
`;
}
