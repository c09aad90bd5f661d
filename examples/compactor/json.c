#define _GNU_SOURCE
#include "json.h"

#include <inttypes.h>
#include <string.h>

void json_string(FILE *out, const char *text) {
  putc('"', out);
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\') putc('\\', out);
    if ((unsigned char)*text < 0x20) fprintf(out, "\\u%04x", (unsigned)*text);
    else putc(*text, out);
  }
  putc('"', out);
}

void json_latency(FILE *out, const struct histogram *h) {
  if (h->count == 0) {
    fputs("null", out);
    return;
  }
  fprintf(out, "{\"min\":%" PRIu64 ",\"mean\":%.1f", h->min, (double)h->sum / (double)h->count);
  fprintf(out, ",\"p50\":%" PRIu64 ",\"p90\":%" PRIu64, histogram_quantile(h, 0.5), histogram_quantile(h, 0.9));
  fprintf(out, ",\"p99\":%" PRIu64 ",\"p999\":%" PRIu64, histogram_quantile(h, 0.99), histogram_quantile(h, 0.999));
  fprintf(out, ",\"max\":%" PRIu64 "}", h->max);
}

void json_buckets(FILE *out, const struct histogram *h) {
  const char *comma = "";
  putc('[', out);
  for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
    if (h->buckets[i] == 0) continue;
    fprintf(out, "%s[%" PRIu64 ",%" PRIu64 "]", comma, histogram_low(i), h->buckets[i]);
    comma = ",";
  }
  putc(']', out);
}

const char *errno_name(int error) {
  const char *name = strerrorname_np(error);
  return error == 0 || name == NULL ? "other" : name;
}

void json_tally(FILE *out, const struct tally *tally) {
  fprintf(out, "\"calls\":%" PRIu64 ",\"ok\":%" PRIu64, tally->calls, tally->ok);
  fprintf(out, ",\"partial\":%" PRIu64 ",\"errors\":{", tally->partial);
  const char *comma = "";
  for (int error = 0; error < ERRNO_COUNT; error++) {
    if (tally->errors[error] == 0) continue;
    fprintf(out, "%s\"%s\":%" PRIu64, comma, errno_name(error), tally->errors[error]);
    comma = ",";
  }
  fprintf(out, "},\"bytes\":%" PRIu64, tally->bytes);
}
