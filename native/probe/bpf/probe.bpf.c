/* All BPF programs of the probe, as one object: they share the ring, the slots and the control page. */
#include "fault.h"
#include "ksm.h"
#include "process.h"
#include "snapshot.h"
#include "syscall.h"

/* The kernel offers several of the helpers only under a licence string that names the GPL. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
