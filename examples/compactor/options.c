#define _GNU_SOURCE
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: compactor [OPTION]...\n"
    "A moving garbage collector in miniature: mutators use a heap while it is evacuated through userfaultfd.\n"
    "\n"
    "  --mode move|copy|mremap  how a page gets to to-space (default move)\n"
    "  --batch PAGES            pages per call of the compactor, at most (default 1)\n"
    "  --pages N                live pages of the heap (default 4096)\n"
    "  --rounds N               collections to run; 0 = until SIGINT or SIGTERM (default 10)\n"
    "  --threads N              mutator threads (default 2)\n"
    "  --fork-at N              fork a child before round N: MOVE then fails with EBUSY, COPY takes over\n"
    "  --fork-every N           the same before every N-th round\n"
    "  --ksm                    identical pages and MADV_MERGEABLE: MOVE of a merged page fails with EBUSY\n"
    "  --double-resolve         the handler races the compactor and resolves each fault twice: EEXIST\n"
    "  --pause-us N             rest this long between calls, for a demonstration at a low rate\n"
    "  --hold                   stand still before the first round until SIGUSR1, so that a tracer can attach first\n"
    "  --pin CPU                run all threads on one CPU\n"
    "  --json FILE              write what was measured as JSON; - for standard output\n"
    "  --help                   this text\n"
    "\n"
    "Exit status: 0 done and every object intact, 1 an object was corrupted, 2 usage, 3 this machine cannot run it.\n";

enum { OPT_MODE = 1, OPT_BATCH, OPT_PAGES, OPT_ROUNDS, OPT_THREADS, OPT_FORK_AT, OPT_FORK_EVERY, OPT_KSM, OPT_DOUBLE,
       OPT_PAUSE, OPT_PIN, OPT_JSON, OPT_HELP, OPT_HOLD };

static const struct option long_options[] = {
    {"mode", required_argument, NULL, OPT_MODE},       {"batch", required_argument, NULL, OPT_BATCH},
    {"pages", required_argument, NULL, OPT_PAGES},     {"rounds", required_argument, NULL, OPT_ROUNDS},
    {"threads", required_argument, NULL, OPT_THREADS}, {"fork-at", required_argument, NULL, OPT_FORK_AT},
    {"fork-every", required_argument, NULL, OPT_FORK_EVERY},
    {"ksm", no_argument, NULL, OPT_KSM},               {"double-resolve", no_argument, NULL, OPT_DOUBLE},
    {"pause-us", required_argument, NULL, OPT_PAUSE},  {"pin", required_argument, NULL, OPT_PIN},
    {"hold", no_argument, NULL, OPT_HOLD},
    {"json", required_argument, NULL, OPT_JSON},       {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

const char *mode_name(enum mode mode) {
  static const char *const names[] = {"move", "copy", "mremap"};
  return names[mode];
}

__attribute__((noreturn, format(printf, 1, 2))) static void refuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("compactor: ", stderr);
  vfprintf(stderr, format, arguments);
  fputs("\nTry 'compactor --help'.\n", stderr);
  va_end(arguments);
  exit(2);
}

static unsigned number(const char *name, const char *text, unsigned min, unsigned max) {
  char *end;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value < min || value > max)
    refuse("--%s must be a number from %u to %u, not '%s'", name, min, max, text);
  return (unsigned)value;
}

static enum mode parse_mode(const char *text) {
  for (enum mode mode = MODE_MOVE; mode <= MODE_MREMAP; mode++)
    if (strcmp(text, mode_name(mode)) == 0) return mode;
  refuse("--mode must be move, copy or mremap, not '%s'", text);
}

struct options options_parse(int argc, char **argv) {
  struct options o = {.mode = MODE_MOVE, .batch = 1, .pages = 4096, .rounds = 10, .threads = 2, .pin = -1};
  int option;
  while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
    switch (option) {
      case OPT_MODE: o.mode = parse_mode(optarg); break;
      case OPT_BATCH: o.batch = number("batch", optarg, 1, 1u << 20); break;
      case OPT_PAGES: o.pages = number("pages", optarg, 16, 1u << 22); break;
      case OPT_ROUNDS: o.rounds = number("rounds", optarg, 0, 1u << 30); break;
      case OPT_THREADS: o.threads = number("threads", optarg, 1, 64); break;
      case OPT_FORK_AT: o.fork_at = number("fork-at", optarg, 1, 1u << 30); break;
      case OPT_FORK_EVERY: o.fork_every = number("fork-every", optarg, 1, 1u << 30); break;
      case OPT_KSM: o.ksm = true; break;
      case OPT_DOUBLE: o.double_resolve = true; break;
      case OPT_PAUSE: o.pause_us = number("pause-us", optarg, 0, 10000000); break;
      case OPT_PIN: o.pin = (int)number("pin", optarg, 0, CPU_SETSIZE - 1); break;
      case OPT_HOLD: o.hold = true; break;
      case OPT_JSON: o.json = optarg; break;
      case OPT_HELP: fputs(usage, stdout); exit(0);
      default: fputs("Try 'compactor --help'.\n", stderr); exit(2);
    }
  }
  if (optind < argc) refuse("unexpected argument '%s'", argv[optind]);
  if (o.double_resolve && o.mode == MODE_MREMAP)
    refuse("--double-resolve needs move or copy: a second mremap would replace the page by an empty one");
  if (o.rounds != 0 && o.fork_at > o.rounds) refuse("--fork-at %u comes after the last round, %u", o.fork_at, o.rounds);
  return o;
}
