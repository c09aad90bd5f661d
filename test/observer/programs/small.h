/*
 * What the small programs share. Each provokes one thing of userfaultfd and says what the kernel answered, in words that
 * are the same at every run: no address, no number of a process. So its output tells whether tracing changed anything.
 */
#ifndef SMALL_H
#define SMALL_H

#include "../../kernel/programs/uffd.h"

/* "left untouched" when it is still there after a call. */
#define UNTOUCHED 0x5a5a5a5a

/* Everything a call wants, so that a program is a list of calls. Each says NAME, errno and result, and returns the errno. */
int call(int fd, const char *name, unsigned long request, void *argument, const long long *result);
int copy(int uffd, void *to, const void *from, size_t bytes, unsigned long long mode);
int move(int uffd, void *to, void *from, size_t bytes, unsigned long long mode);
int zeropage(int uffd, void *start, size_t bytes);
int protect(int uffd, void *start, size_t bytes, unsigned long long mode);
int resume(int uffd, void *start, size_t bytes);
int poison(int uffd, void *start, size_t bytes);
int wake(int uffd, void *start, size_t bytes);
int enlist(int uffd, void *start, size_t pages, unsigned mode);
int unregister(int uffd, void *start, size_t pages);
int api(int uffd, unsigned long long features);

/* A descriptor with these features, opened for kernel faults too. */
int uffd_with(unsigned long long features);
/* Anonymous memory, never touched; or written page by page, with the page's number. */
char *holes(size_t pages);
char *filled(size_t pages);

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Waits for one message, says its kind and flags. */
struct uffd_msg message(int uffd);
void say_message(const struct uffd_msg *got);

/* A thread that writes one byte, or reads one, and ends. */
pthread_t writer(void *address);
pthread_t reader(void *address);
pthread_t run(void *(*work)(void *), void *argument);
void finish(pthread_t thread);

#endif
