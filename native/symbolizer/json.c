#include "json.h"

#include <inttypes.h>
#include <stdio.h>

enum { LONGEST = 4096 };

/* Length of the UTF-8 sequence at `text`, 0 when it is none. Overlong forms and surrogates are left to the reader. */
static int sequence(const unsigned char *text) {
  int length = text[0] >= 0xf0 && text[0] < 0xf5 ? 4 : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
             : text[0] >= 0xc2 && text[0] < 0xe0 ? 2 : 0;
  for (int i = 1; i < length; i++)
    if ((text[i] & 0xc0) != 0x80) return 0;
  return length;
}

static void put_escaped(const char *string) {
  const unsigned char *text = (const unsigned char *)string, *end = text + LONGEST;
  while (*text != '\0' && text < end) {
    if (*text >= 0x20 && *text < 0x7f) {
      if (*text == '"' || *text == '\\') putchar('\\');
      putchar(*text++);
    } else if (*text < 0x80) {
      printf("\\u%04x", *text++);
    } else {
      int length = sequence(text);
      if (length == 0) fputs("\\ufffd", stdout);
      else fwrite(text, (size_t)length, 1, stdout);
      text += length == 0 ? 1 : length;
    }
  }
}

void json_string(const char *text) {
  putchar('"');
  put_escaped(text);
  putchar('"');
}

void json_path(const char *directory, const char *file) {
  putchar('"');
  if (file[0] != '/' && directory != NULL) {
    put_escaped(directory);
    putchar('/');
  }
  put_escaped(file);
  putchar('"');
}

static void member(const char *name, const char *text) {
  if (text == NULL) return;
  printf("\"%s\":", name);
  json_string(text);
  putchar(',');
}

void json_frame(const struct frame *frame) {
  putchar('{');
  member("function", frame->function);
  if (frame->file != NULL) {
    fputs("\"file\":", stdout);
    json_path(frame->directory, frame->file);
    putchar(',');
  }
  if (frame->line > 0) printf("\"line\":%d,", frame->line);
  if (frame->line > 0 && frame->column > 0) printf("\"column\":%d,", frame->column);
  member("module", frame->module);
  if (frame->inlined) fputs("\"inlined\":true,", stdout);
  member("why", frame->why);
  printf("\"offset\":%" PRIu64 "}", frame->offset);
}
