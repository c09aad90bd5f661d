#define _GNU_SOURCE
#include "report.h"

#include "fail.h"
#include "json.h"
#include "ksm.h"
#include "mutator.h"

#include <inttypes.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void put_machine(FILE *out, const struct collector *c, const struct outcome *outcome) {
  struct utsname name;
  uname(&name);
  fprintf(out, "{\"version\":1,\"program\":\"compactor\",\"pid\":%d,\"kernel\":", getpid());
  json_string(out, name.release);
  fprintf(out, ",\"arch\":");
  json_string(out, name.machine);
  fprintf(out, ",\"pageSize\":%zu,\"cpus\":%ld", c->heap.page_size, sysconf(_SC_NPROCESSORS_ONLN));
  fprintf(out, ",\"durationNs\":%" PRIu64 ",\"clockOverheadNs\":", outcome->duration_ns);
  json_latency(out, outcome->clock_ns);
}

static void put_options(FILE *out, const struct options *o) {
  fprintf(out, ",\n\"options\":{\"mode\":\"%s\",\"batch\":%u,\"pages\":%u", mode_name(o->mode), o->batch, o->pages);
  fprintf(out, ",\"rounds\":%u,\"threads\":%u,\"forkAt\":%u", o->rounds, o->threads, o->fork_at);
  fprintf(out, ",\"forkEvery\":%u", o->fork_every);
  fprintf(out, ",\"pauseUs\":%u,\"pin\":%d", o->pause_us, o->pin);
  fprintf(out, ",\"ksm\":%s,\"doubleResolve\":%s}", o->ksm ? "true" : "false", o->double_resolve ? "true" : "false");
}

/* Ioctls and other calls apart: the first are what a userfaultfd tracer must agree with. */
static void put_calls(FILE *out, const char *key, const struct truth *t, enum op first, enum op last) {
  const char *comma = "";
  fprintf(out, ",\n\"%s\":[", key);
  for (enum op op = first; op <= last; op++) {
    if (t->tally[op].calls == 0) continue;
    fprintf(out, "%s\n{\"op\":\"%s\",", comma, op_name(op));
    json_tally(out, &t->tally[op]);
    fputs(",\"latencyNs\":", out);
    json_latency(out, &t->durations[op]);
    fputs(",\"histogram\":", out);
    json_buckets(out, &t->durations[op]);
    putc('}', out);
    comma = ",";
  }
  putc(']', out);
}

static void put_sites(FILE *out, const struct truth *t) {
  fputs(",\n\"sites\":[", out);
  for (unsigned i = 0; i < t->site_count; i++) {
    const struct site *site = &t->sites[i];
    fprintf(out, "%s\n{\"file\":", i > 0 ? "," : "");
    json_string(out, site->file);
    fprintf(out, ",\"line\":%d,\"function\":\"%s\",\"op\":\"%s\",", site->line, site->function, op_name(site->op));
    json_tally(out, &site->tally);
    putc('}', out);
  }
  putc(']', out);
}

static void put_faults(FILE *out, const struct collector *c, const struct fault_totals *faults) {
  fprintf(out, ",\n\"messages\":{\"PAGEFAULT\":%" PRIu64 "}", c->messages[UFFD_EVENT_PAGEFAULT]);
  fprintf(out, ",\"delivered\":{\"read\":%" PRIu64 ",\"write\":%" PRIu64, c->delivered_reads, c->delivered_writes);
  fprintf(out, "},\n\"faults\":{\"total\":%" PRIu64 ",\"read\":%" PRIu64, faults->latency.count, faults->reads);
  fprintf(out, ",\"write\":%" PRIu64 ",\"ambiguous\":%" PRIu64 ",\"latencyNs\":", faults->writes, faults->ambiguous);
  json_latency(out, &faults->latency);
  fputs(",\"histogram\":", out);
  json_buckets(out, &faults->latency);
  fputs(",\"phasesNs\":{\"notify\":", out);
  json_latency(out, &c->notify_ns);
  fputs(",\"service\":", out);
  json_latency(out, &c->service_ns);
  fputs(",\"resolve\":", out);
  json_latency(out, &c->resolve_ns);
  fputs("}}", out);
}

static void put_outcome(FILE *out, const struct collector *c, const struct outcome *outcome) {
  fprintf(out, ",\n\"compaction\":{\"rounds\":%u,\"forks\":%u", c->rounds, c->forks);
  fprintf(out, ",\"pages\":%" PRIu64 ",\"alreadyThere\":%" PRIu64, c->pages_evacuated, c->already_there);
  fputs(",\"roundNs\":", out);
  json_latency(out, &c->round_ns);
  fputs(",\"pauseNs\":", out);
  json_latency(out, &c->pause_ns);
  fputs("}", out);
  if (c->options.ksm) {
    fputs(",\n\"ksm\":{\"note\":", out);
    json_string(out, ksm_note());
    fprintf(out, ",\"mergedPagesAtEnd\":%ld}", ksm_merged_pages());
  }
  uint64_t accesses = 0, writes = 0;
  for (unsigned i = 0; i < c->options.threads; i++) {
    accesses += c->mutators[i].accesses;
    writes += c->mutators[i].writes;
  }
  fprintf(out, ",\n\"mutators\":{\"accesses\":%" PRIu64 ",\"writes\":%" PRIu64 "}", accesses, writes);
  fprintf(out, ",\n\"verified\":{\"objects\":%u,\"wrong\":%u", outcome->objects, outcome->wrong);
  fprintf(out, ",\"corruptReads\":%" PRIu64 "}}\n", outcome->corrupt_reads);
}

void report_json(const struct collector *c, const struct outcome *outcome, const char *path) {
  bool standard = strcmp(path, "-") == 0;
  FILE *out = standard ? stdout : fopen(path, "w");
  if (out == NULL) fail_errno("cannot write %s", path);
  struct truth *truth = truth_merged();
  struct fault_totals *faults = faults_of_all(c);
  put_machine(out, c, outcome);
  put_options(out, &c->options);
  put_calls(out, "ioctls", truth, OP_API, OP_MOVE);
  put_calls(out, "calls", truth, OP_MREMAP, OP_MADVISE);
  put_sites(out, truth);
  put_faults(out, c, faults);
  put_outcome(out, c, outcome);
  free(truth);
  free(faults);
  bool failed = ferror(out) || fflush(out) != 0;
  if (failed || (!standard && fclose(out) != 0)) fail_errno("cannot write %s", path);
}
