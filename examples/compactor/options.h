#ifndef COMPACTOR_OPTIONS_H
#define COMPACTOR_OPTIONS_H

#include <stdbool.h>

enum mode { MODE_MOVE, MODE_COPY, MODE_MREMAP };

struct options {
  enum mode mode;
  unsigned batch;   /* pages per call of the compactor, at most */
  unsigned pages;   /* live pages of the heap */
  unsigned rounds;  /* 0: until SIGINT or SIGTERM */
  unsigned threads; /* mutators */
  unsigned fork_at;    /* round before which to fork, from 1; 0: never */
  unsigned fork_every; /* fork before each N-th round; 0: never */
  unsigned pause_us;
  int pin; /* CPU, or -1 */
  bool hold; /* stand still before the first round until SIGUSR1 */
  bool ksm;
  bool double_resolve;
  const char *json; /* file, "-" for stdout, NULL for a summary in words */
};

/* Reads the command line. Prints usage and exits with 0 for --help, 2 for a mistake. */
struct options options_parse(int argc, char **argv);

const char *mode_name(enum mode mode);

#endif
