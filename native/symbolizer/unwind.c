#include "process.h"

#include <string.h>

/* DWARF numbers of the x86-64 registers of a sample, in its order from sp on. */
static const int dwarf_numbers[REGISTER_COUNT] = {
    [REG_SP] = 7, [REG_BP] = 6, [REG_BX] = 3, [REG_R12] = 12, [REG_R13] = 13, [REG_R14] = 14, [REG_R15] = 15,
};

static pid_t next_thread(Dwfl *dwfl, void *argument, void **thread_argument) {
  (void)dwfl;
  struct process *process = argument;
  if (*thread_argument != NULL) return 0;
  *thread_argument = process;
  return (pid_t)process->sample->tid;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *argument, void **thread_argument) {
  (void)dwfl, (void)tid;
  *thread_argument = argument;
  return true;
}

/* Only the slice of stack that came with the sample: the process itself is never read. */
static bool read_memory(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word, void *argument) {
  (void)dwfl;
  const struct sample *sample = ((struct process *)argument)->sample;
  uint64_t sp = sample->registers[REG_SP];
  if (address < sp || address - sp > sample->stack_bytes) return false;
  size_t offset = (size_t)(address - sp);
  if (sample->stack_bytes - offset < sizeof(uint64_t)) return false;
  uint64_t value;
  memcpy(&value, sample->stack + offset, sizeof value);
  *word = value;
  return true;
}

static bool set_registers(Dwfl_Thread *thread, void *argument) {
  const struct sample *sample = ((struct process *)argument)->sample;
  for (int i = REG_SP; i < REGISTER_COUNT; i++) {
    Dwarf_Word value = sample->registers[i];
    if (!dwfl_thread_state_registers(thread, dwarf_numbers[i], 1, &value)) return false;
  }
  dwfl_thread_state_register_pc(thread, sample->registers[REG_IP]);
  return true;
}

const Dwfl_Thread_Callbacks unwind_callbacks = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_memory,
    .set_initial_registers = set_registers,
};

struct walk {
  uint64_t *addresses;
  size_t count, room;
};

static int take_frame(Dwfl_Frame *frame, void *argument) {
  struct walk *walk = argument;
  Dwarf_Addr pc;
  bool activation;
  if (!dwfl_frame_pc(frame, &pc, &activation) || pc == 0) return DWARF_CB_ABORT;
  walk->addresses[walk->count++] = pc;
  return walk->count < walk->room ? DWARF_CB_OK : DWARF_CB_ABORT;
}

size_t unwind(struct process *process, const struct sample *sample, uint64_t *addresses, size_t room) {
  struct walk walk = {.addresses = addresses, .room = room};
  process->sample = sample;
  /* It ends with an error where the slice of stack ends; what came before is good. */
  if (process->attached) (void)dwfl_getthread_frames(process->dwfl, (pid_t)sample->tid, take_frame, &walk);
  process->sample = NULL;
  if (walk.count == 0) walk.addresses[walk.count++] = sample->registers[REG_IP];
  return walk.count;
}
