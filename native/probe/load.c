/* Opens the embedded BPF object, chooses the hooks, sizes the ring and loads. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe.h"

extern const char fs_bpf_object[], fs_bpf_object_end[];

#define RELEASED "released_fault_done"

/* libbpf's warnings go to stderr, which Faultscope keeps; they say which program the kernel refused. */
static char refused[64];

static int print(enum libbpf_print_level level, const char *format, va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  char line[512];
  vsnprintf(line, sizeof(line), format, arguments);
  sscanf(line, "libbpf: prog '%63[^']'", refused);
  return fprintf(stderr, "%s", line);
}

static bool choose_hooks(struct probe *probe) {
  probe->hooks = probe->request.hooks;
  if (probe->hooks == FS_HOOKS_RAW) return true;
  if (open_tracefs()) {
    probe->hooks = FS_HOOKS_SYSCALL;
    return true;
  }
  if (probe->hooks == FS_HOOKS_SYSCALL)
    return fail(probe, "no-tracefs", "Mount it as root (mount -t tracefs tracefs /sys/kernel/tracing), or use raw hooks.",
                "The kernel's tracefs is not mounted or not readable, and the probe may not mount it.");
  probe->hooks = FS_HOOKS_RAW;
  return true;
}

/* Tracing programs whose tracepoint this kernel may lack; without KSM there are no merges. */
static bool is_missing(const struct btf *kernel, const struct bpf_program *program) {
  if (strncmp(bpf_program__name(program), "ksm_", 4) != 0) return false;
  char type[96];
  snprintf(type, sizeof(type), "btf_trace_%s", bpf_program__section_name(program) + strlen("tp_btf/"));
  return btf__find_by_name_kind(kernel, type, BTF_KIND_TYPEDEF) < 0;
}

static void select_programs(struct probe *probe, const struct btf *kernel) {
  struct bpf_program *program;
  bpf_object__for_each_program(program, probe->object) {
    const char *name = bpf_program__name(program);
    bool raw = strncmp(name, "raw_", 4) == 0, per_syscall = strncmp(name, "syscall_", 8) == 0;
    if (raw && probe->hooks != FS_HOOKS_RAW) bpf_program__set_autoload(program, false);
    if (strcmp(name, RELEASED) == 0 && probe->fault_end == FAULT_END_COUNT) bpf_program__set_autoload(program, false);
    if (per_syscall && probe->hooks != FS_HOOKS_SYSCALL) bpf_program__set_autoload(program, false);
    if (is_missing(kernel, program)) bpf_program__set_autoload(program, false);
  }
}

static bool refuse(struct probe *probe, int reason) {
  if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
    return fail(probe, "no-bpf", "Use a kernel built with CONFIG_DEBUG_INFO_BTF=y (every current distribution kernel is).",
                "The kernel offers no type information (/sys/kernel/btf/vmlinux).");
  /* To root, EACCES is the verifier's word about a program, not about privilege. */
  if (reason == EPERM || (reason == EACCES && geteuid() != 0))
    return fail(probe, "no-privilege",
                "Grant the probe cap_bpf and cap_perfmon; in a container, allow bpf() and perf_event_open() as well.",
                "The kernel refused BPF: %s.", strerror(reason));
  return fail(probe, "no-bpf", "Faultscope needs Linux 5.15 or newer on x86-64.",
              refused[0] ? "The kernel refused the BPF program %2$s: %1$s." : "The kernel refused the BPF programs: %1$s.",
              strerror(reason), refused);
}

/* Opens and loads; 0 or a negative errno. */
static int load(struct probe *probe) {
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "faultscope");
  size_t size = (size_t)(fs_bpf_object_end - fs_bpf_object);
  probe->object = bpf_object__open_mem(fs_bpf_object, size, &options);
  if (!probe->object) return -errno;
  struct btf *kernel = btf__load_vmlinux_btf();
  if (!kernel) return -errno;
  select_programs(probe, kernel);
  btf__free(kernel);
  struct bpf_map *ring = bpf_object__find_map_by_name(probe->object, "ring");
  if (!ring) return -ENOENT;
  int result = bpf_map__set_max_entries(ring, probe->request.ring_bytes);
  if (result == 0) result = bpf_object__load(probe->object);
  if (result != 0) bpf_object__close(probe->object);
  return result;
}

bool load_programs(struct probe *probe) {
  libbpf_set_print(print);
  if (!choose_hooks(probe)) return false;
  int result = load(probe);
  if (result != 0 && strcmp(refused, RELEASED) == 0) {
    /* The tracepoint is part of CONFIG_TRACING, but not for ever. */
    probe->fault_end = FAULT_END_COUNT;
    result = load(probe);
  }
  if (result != 0) return refuse(probe, -result);
  probe->ring_fd = bpf_map__fd(bpf_object__find_map_by_name(probe->object, "ring"));
  probe->counters_fd = bpf_map__fd(bpf_object__find_map_by_name(probe->object, "counters"));
  int control_fd = bpf_map__fd(bpf_object__find_map_by_name(probe->object, ".data.control"));
  void *page = mmap(NULL, sizeof(struct fs_control), PROT_READ | PROT_WRITE, MAP_SHARED, control_fd, 0);
  if (page == MAP_FAILED) return refuse(probe, errno);
  probe->control = page;
  page = mmap(NULL, sizeof(struct fs_counters), PROT_READ | PROT_WRITE, MAP_SHARED, probe->counters_fd, 0);
  if (page == MAP_FAILED) return refuse(probe, errno);
  probe->counters = page;
  return true;
}
