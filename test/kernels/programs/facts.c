/*
 * What a kernel offers, found by doing it, with no code of the product: the judge of what `doctor` says. Prints one
 * JSON object. A value of 0 means it worked, a positive one is the errno it failed with, -1 that it does not exist;
 * `programs` is a number of BPF programs.
 */
#define _GNU_SOURCE
#include "btf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Since Linux 6.8; the headers of Debian 12 are older. */
struct move {
  uint64_t dst, src, len, mode;
  int64_t moved;
};
#define FACTS_UFFDIO_MOVE _IOWR(0xAA, 0x05, struct move)

static const char hooked[] = "handle_userfault";

/* Registers a page and moves another one into it. */
static int try_move(int uffd) {
  size_t size = (size_t)sysconf(_SC_PAGESIZE);
  char *pages = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return errno;
  /* Apart, so that neither huge pages nor merged mappings are in play. */
  if (madvise(pages, 2 * size, MADV_NOHUGEPAGE) != 0) return errno;
  struct uffdio_register range = {{(uintptr_t)pages, size}, UFFDIO_REGISTER_MODE_MISSING, 0};
  if (ioctl(uffd, UFFDIO_REGISTER, &range) != 0) return errno;
  pages[size] = 'm';
  struct move move = {(uintptr_t)pages, (uintptr_t)pages + size, size, 0, 0};
  if (ioctl(uffd, FACTS_UFFDIO_MOVE, &move) != 0) return errno;
  return move.moved == (int64_t)size && pages[0] == 'm' ? 0 : EIO;
}

static int perf_type(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  char text[16] = {0};
  if (fd < 0) return -1;
  ssize_t got = read(fd, text, sizeof(text) - 1);
  close(fd);
  int type = -1;
  return got > 0 && sscanf(text, "%d", &type) == 1 ? type : -1;
}

static int try_kprobe(void) {
  int type = perf_type("/sys/bus/event_source/devices/kprobe/type");
  if (type < 0) return -1;
  struct perf_event_attr attr = {.size = sizeof(attr), .type = (uint32_t)type, .config1 = (uintptr_t)hooked};
  int fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

static int try_fentry(int64_t function) {
  if (function <= 0) return -1;
  struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT}};
  union bpf_attr load;
  memset(&load, 0, sizeof(load));
  load.prog_type = BPF_PROG_TYPE_TRACING;
  load.expected_attach_type = BPF_TRACE_FENTRY;
  load.attach_btf_id = (uint32_t)function;
  load.insns = (uintptr_t)code;
  load.insn_cnt = sizeof(code) / sizeof(code[0]);
  load.license = (uintptr_t) "GPL";
  int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));
  if (program < 0) return errno;
  union bpf_attr attach;
  memset(&attach, 0, sizeof(attach));
  attach.raw_tracepoint.prog_fd = (uint32_t)program;
  int link = (int)syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attach, sizeof(attach));
  int error = link < 0 ? errno : 0;
  if (link >= 0) close(link);
  close(program);
  return error;
}

/* BPF programs loaded in the whole kernel, whoever holds them. */
static int count_programs(void) {
  union bpf_attr next;
  memset(&next, 0, sizeof(next));
  int count = 0;
  while (syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &next, sizeof(next)) == 0) {
    next.start_id = next.next_id;
    count++;
  }
  return errno == ENOENT ? count : -1;
}

int main(void) {
  struct utsname name;
  if (uname(&name) != 0) return 1;
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  struct uffdio_api api = {.api = UFFD_API};
  int userfaultfd = uffd < 0 || ioctl(uffd, UFFDIO_API, &api) != 0 ? errno : 0;
  int64_t function = btf_function(hooked);
  printf("{\"release\":\"%s\",\"userfaultfd\":%d,\"features\":\"0x%llx\",", name.release, userfaultfd,
         (unsigned long long)api.features);
  printf("\"move\":%d,\"btf\":%d,", userfaultfd == 0 ? try_move(uffd) : -1, function < 0 ? (int)-function : 0);
  printf("\"kprobe\":%d,\"fentry\":%d,", try_kprobe(), try_fentry(function));
  printf("\"programs\":%d}\n", count_programs());
  return fflush(stdout) != 0;
}
