#include "json.h"
#include "mutator.h"
#include "report.h"

#include <inttypes.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>

static void say_call(const struct truth *t, enum op op) {
  const struct tally *tally = &t->tally[op];
  if (tally->calls == 0) return;
  const struct histogram *h = &t->durations[op];
  printf("  %-10s %9" PRIu64 " calls  p50 %7.2f us  p99 %8.2f us ", op_name(op), tally->calls,
         (double)histogram_quantile(h, 0.5) / 1e3, (double)histogram_quantile(h, 0.99) / 1e3);
  for (int error = 0; error < ERRNO_COUNT; error++) {
    if (tally->errors[error] == 0) continue;
    printf(" %s %" PRIu64, errno_name(error), tally->errors[error]);
  }
  putchar('\n');
}

void report_words(const struct collector *c, const struct outcome *outcome) {
  struct truth *truth = truth_merged();
  struct fault_totals *faults = faults_of_all(c);
  const struct options *o = &c->options;
  printf("%u rounds of %u pages (%s, batch %u) in %.2f s; a round takes %.2f ms (median)\n", c->rounds, o->pages,
         mode_name(o->mode), o->batch, (double)outcome->duration_ns / 1e9,
         (double)histogram_quantile(&c->round_ns, 0.5) / 1e6);
  for (enum op op = 0; op < OP_COUNT; op++) say_call(truth, op);
  printf("  %-10s %9" PRIu64 " taken  p50 %7.2f us  p99 %8.2f us  (%" PRIu64 " messages)\n", "faults",
         faults->latency.count, (double)histogram_quantile(&faults->latency, 0.5) / 1e3,
         (double)histogram_quantile(&faults->latency, 0.99) / 1e3, c->messages[UFFD_EVENT_PAGEFAULT]);
  printf("  %u objects verified, %u wrong\n", outcome->objects, outcome->wrong);
  free(truth);
  free(faults);
}
