#ifndef SYMBOLIZER_JSON_H
#define SYMBOLIZER_JSON_H

#include "frames.h"

/* A string literal; what is not UTF-8 becomes U+FFFD, and at most 4096 bytes are taken. */
void json_string(const char *text);

void json_frame(const struct frame *frame);

#endif
