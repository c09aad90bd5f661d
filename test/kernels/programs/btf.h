/* The one question the facts program asks of a kernel's type information. */
#pragma once

#include <stdint.h>

/* Type id of the kernel function `name` from /sys/kernel/btf/vmlinux; 0 if it is not there, -errno if there is no BTF. */
int64_t btf_function(const char *name);
