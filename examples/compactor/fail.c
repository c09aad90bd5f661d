#include "fail.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void say(const char *format, va_list arguments, const char *reason) {
  char text[512];
  vsnprintf(text, sizeof text, format, arguments);
  fprintf(stderr, "compactor: %s%s%s\n", text, reason ? ": " : "", reason ? reason : "");
}

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments, NULL);
  va_end(arguments);
  _exit(3);
}

void fail_errno(const char *format, ...) {
  int error = errno;
  va_list arguments;
  va_start(arguments, format);
  say(format, arguments, strerror(error));
  va_end(arguments);
  _exit(3);
}
