#ifndef SYMBOLIZER_JSON_H
#define SYMBOLIZER_JSON_H

#include "frames.h"

/* A string literal; what is not UTF-8 becomes U+FFFD, and at most 4096 bytes are taken. */
void json_string(const char *text);

/* The same of a file name, made absolute where its directory is known. */
void json_path(const char *directory, const char *file);

void json_frame(const struct frame *frame);

#endif
