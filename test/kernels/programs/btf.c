#include "btf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes behind a type's header, by kind (Documentation/bpf/btf.rst). */
static size_t tail_size(uint32_t info) {
  size_t members = BTF_INFO_VLEN(info);
  switch (BTF_INFO_KIND(info)) {
    case BTF_KIND_INT: return sizeof(uint32_t);
    case BTF_KIND_ARRAY: return sizeof(struct btf_array);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: return members * sizeof(struct btf_member);
    case BTF_KIND_ENUM: return members * sizeof(struct btf_enum);
    case BTF_KIND_FUNC_PROTO: return members * sizeof(struct btf_param);
    case BTF_KIND_VAR: return sizeof(struct btf_var);
    case BTF_KIND_DATASEC: return members * sizeof(struct btf_var_secinfo);
    case BTF_KIND_DECL_TAG: return sizeof(struct btf_decl_tag);
    case BTF_KIND_ENUM64: return members * sizeof(struct btf_enum64);
    default: return 0;
  }
}

static char *read_all(const char *path, size_t *size) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return NULL;
  struct stat status;
  char *bytes = fstat(fd, &status) == 0 ? malloc((size_t)status.st_size) : NULL;
  size_t have = 0;
  while (bytes != NULL && have < (size_t)status.st_size) {
    ssize_t got = read(fd, bytes + have, (size_t)status.st_size - have);
    if (got <= 0) break;
    have += (size_t)got;
  }
  *size = have;
  close(fd);
  return bytes;
}

int64_t btf_function(const char *name) {
  size_t size = 0;
  char *bytes = read_all("/sys/kernel/btf/vmlinux", &size);
  if (bytes == NULL) return -errno;
  const struct btf_header *header = (const void *)bytes;
  int64_t found = 0;
  if (size > sizeof(*header) && header->magic == BTF_MAGIC) {
    const char *types = bytes + header->hdr_len + header->type_off;
    const char *names = bytes + header->hdr_len + header->str_off;
    int64_t id = 1;
    for (size_t at = 0; found == 0 && at < header->type_len; id++) {
      const struct btf_type *type = (const void *)(types + at);
      if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC && strcmp(names + type->name_off, name) == 0) found = id;
      at += sizeof(*type) + tail_size(type->info);
    }
  }
  free(bytes);
  return found;
}
