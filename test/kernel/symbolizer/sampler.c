/*
 * sampler STACK_BYTES PROGRAM [ARGUMENT]...
 *
 * Runs the program under ptrace. At the entry of its first ioctl of type 0xAA it prints one line, "PID TID REGISTERS
 * STACK" with the last two in hexadecimal as the symbolizer takes them, and holds the program there until a line comes
 * on standard input: "end" kills it and reports that with a line "ended"; the end of input kills it, too.
 * Before the program runs its first instruction after exec, it prints "EXEC PID" and waits for a line likewise, so
 * that the test can load the process first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void wait_for_line(void) {
  char line[64];
  if (fgets(line, sizeof line, stdin) == NULL) exit(0);
}

static void put_hex(const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
}

static void print_sample(pid_t pid, const struct user_regs_struct *r, size_t stack_bytes) {
  uint64_t registers[] = {r->rip, r->rsp, r->rbp, r->rbx, r->r12, r->r13, r->r14, r->r15};
  printf("%d %d ", pid, pid);
  put_hex(registers, sizeof registers);
  putchar(' ');
  for (size_t at = 0; at < stack_bytes; at += sizeof(long)) {
    errno = 0;
    long word = ptrace(PTRACE_PEEKDATA, pid, (void *)(r->rsp + at), NULL);
    if (errno != 0) break; /* the top of the stack */
    put_hex(&word, sizeof word);
  }
  putchar('\n');
  fflush(stdout);
}

static void step(pid_t pid) {
  int status;
  if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0) fail("PTRACE_SYSCALL");
  if (waitpid(pid, &status, 0) != pid) fail("waitpid");
  if (WIFSTOPPED(status)) return;
  fprintf(stderr, "the program ended without the system call\n");
  exit(1);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    execv(argv[2], argv + 2);
    _exit(127);
  }
  int status;
  if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) fail("exec");
  if (ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD) != 0) fail("PTRACE_SETOPTIONS");
  printf("EXEC %d\n", pid);
  fflush(stdout);
  wait_for_line();
  struct user_regs_struct registers;
  do {
    step(pid);
    if (ptrace(PTRACE_GETREGS, pid, NULL, &registers) != 0) fail("PTRACE_GETREGS");
  } while (registers.orig_rax != SYS_ioctl || (registers.rsi & 0xff00) != 0xaa00);
  print_sample(pid, &registers, strtoul(argv[1], NULL, 10));
  wait_for_line();
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  puts("ended");
  return 0;
}
