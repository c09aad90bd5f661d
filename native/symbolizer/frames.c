#include "frames.h"

#include <dwarf.h>

enum { MAX_DEPTH = 64 };

struct functions {
  Dwarf_Die dies[MAX_DEPTH];
  int count;
};

/*
 * The compilation unit at an address. Where the compiler wrote no .debug_aranges (clang, Go) the units are asked one by
 * one; also where only some have it.
 */
static Dwarf_Die *unit_at(Dwfl_Module *module, Dwarf_Addr address, Dwarf_Addr *bias) {
  Dwarf_Die *unit = dwfl_module_addrdie(module, address, bias);
  if (unit != NULL) return unit;
  while ((unit = dwfl_module_nextcu(module, unit, bias)) != NULL)
    if (dwarf_haspc(unit, address - *bias) > 0) return unit;
  return NULL;
}

/* Where the compiler ran: file names of the line table may be relative to it. */
static const char *directory_of(Dwarf_Die *unit) {
  Dwarf_Attribute attribute;
  return dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
}

static const char *name_of(Dwarf_Die *die) {
  Dwarf_Attribute attribute;
  return dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
}

static int number(Dwarf_Die *die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value;
  if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0 || value > 0x7fffffff) return 0;
  return (int)value;
}

/* Where an inlined function is called from: file, line, column of the frame around it. */
static void call_position(Dwarf_Die *unit, Dwarf_Die *inlined, struct frame *caller) {
  Dwarf_Files *files;
  size_t count;
  int file = number(inlined, DW_AT_call_file);
  caller->line = number(inlined, DW_AT_call_line);
  caller->column = number(inlined, DW_AT_call_column);
  if (dwarf_getsrcfiles(unit, &files, &count) == 0 && (size_t)file < count)
    caller->file = dwarf_filesrc(files, (size_t)file, NULL, NULL);
}

static void line_position(Dwarf_Die *unit, Dwarf_Addr address, struct frame *frame) {
  Dwarf_Line *line = dwarf_getsrc_die(unit, address);
  if (line == NULL) return;
  frame->file = dwarf_linesrc(line, NULL, NULL);
  if (dwarf_lineno(line, &frame->line) != 0) frame->line = 0;
  if (dwarf_linecol(line, &frame->column) != 0) frame->column = 0;
}

/*
 * Functions around an address, outermost first: the function itself and what was inlined into it. Found by going down
 * the unit's tree, because dwarf_getscopes() gives up on an inlined function that another unit defines, as all are
 * after link-time optimisation. Returns whether something was found.
 */
static bool find_functions(Dwarf_Die *parent, Dwarf_Addr address, struct functions *found, int depth) {
  Dwarf_Die die;
  if (depth > MAX_DEPTH || dwarf_child(parent, &die) != 0) return false;
  do {
    switch (dwarf_tag(&die)) {
      case DW_TAG_subprogram:
      case DW_TAG_inlined_subroutine:
        if (dwarf_haspc(&die, address) <= 0) continue;
        if (found->count < MAX_DEPTH) found->dies[found->count++] = die;
        find_functions(&die, address, found, depth + 1);
        return true;
      case DW_TAG_lexical_block:
      case DW_TAG_try_block:
      case DW_TAG_catch_block:
        if (dwarf_haspc(&die, address) <= 0) continue;
        return find_functions(&die, address, found, depth + 1);
      case DW_TAG_namespace:
      case DW_TAG_module:
      case DW_TAG_class_type:
      case DW_TAG_structure_type:
        if (find_functions(&die, address, found, depth + 1)) return true;
        continue;
      default: continue;
    }
  } while (dwarf_siblingof(&die, &die) == 0);
  return false;
}

static size_t dwarf_frames(Dwarf_Die *unit, Dwarf_Addr address, const struct frame *base, struct frame *frames,
                           size_t room) {
  struct functions found = {0};
  find_functions(unit, address, &found, 0);
  size_t count = 0;
  frames[0] = *base;
  line_position(unit, address, &frames[0]);
  while (found.count > 0 && count < room) {
    Dwarf_Die *function = &found.dies[--found.count];
    struct frame *frame = &frames[count++];
    frame->function = name_of(function);
    if (dwarf_tag(function) == DW_TAG_subprogram) break;
    frame->inlined = true;
    if (count == room) break;
    frames[count] = *base;
    call_position(unit, function, &frames[count]);
  }
  return count;
}

/* The symbol that covers an address by its size; a nearest one without would be a guess. */
static const char *symbol_at(Dwfl_Module *module, Dwarf_Addr address) {
  GElf_Off offset;
  GElf_Sym symbol;
  const char *name = dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL);
  return name != NULL && offset < symbol.st_size ? name : NULL;
}

static size_t without_module(const struct process *process, uint64_t address, struct frame *frame) {
  const struct object *object = maps_object(&process->maps, address);
  if (object != NULL) {
    frame->module = object->path;
    frame->offset = address - object->exec_start + object->exec_offset;
    frame->why = object->deleted ? "deleted" : "unreadable";
  } else {
    frame->offset = address;
    frame->why = maps_anonymous(&process->maps, address) ? "jit" : "unmapped";
  }
  return 1;
}

size_t frames_at(struct process *process, uint64_t address, struct frame *frames, size_t room) {
  struct frame base = {0};
  Dwfl_Module *module = process->dwfl == NULL ? NULL : dwfl_addrmodule(process->dwfl, address);
  Dwarf_Addr bias = 0;
  frames[0] = base;
  if (module == NULL || dwfl_module_getelf(module, &bias) == NULL) return without_module(process, address, &frames[0]);
  base.module = dwfl_module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
  base.offset = address - bias;
  Dwarf_Addr dwarf_bias;
  bool has_dwarf = dwfl_module_getdwarf(module, &dwarf_bias) != NULL;
  Dwarf_Die *unit = has_dwarf ? unit_at(module, address, &dwarf_bias) : NULL;
  if (unit != NULL) base.directory = directory_of(unit);
  size_t count = unit == NULL ? 0 : dwarf_frames(unit, address - dwarf_bias, &base, frames, room);
  if (count == 0) {
    if (unit == NULL) frames[0] = base;
    count = 1;
  }
  struct frame *outer = &frames[count - 1];
  if (outer->function == NULL) outer->function = symbol_at(module, address);
  for (size_t i = 0; i < count; i++)
    if (frames[i].line == 0) frames[i].why = unit != NULL ? "line-0" : has_dwarf ? "no-unit" : "no-debug-info";
  return count;
}
