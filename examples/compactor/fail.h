#ifndef COMPACTOR_FAIL_H
#define COMPACTOR_FAIL_H

/* Says why the program cannot go on and ends it with status 3. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

/* The same for a system call: adds the text of errno. */
__attribute__((noreturn, format(printf, 1, 2))) void fail_errno(const char *format, ...);

#endif
