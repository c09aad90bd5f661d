import { errnoName } from "../../../uffd/errnos";
import { IOCTLS, type Ioctl, ioctlByRequest, UFFDIO_TYPE } from "../../../uffd/ioctls";
import { PAGE } from "../../domain/constants";
import { PAGE_RULES, WHOLE_RULES } from "../../rules";
import { finding } from "../../rules/message";
import { ERRNO } from "../../rules/rule";
import { load, store, surrender, target, withPages } from "../access";
import type { Machine } from "../machine";
import { binary, settle, toNumber } from "../operate";
import type { CallRecord, Finding } from "../record";
import type { Uffd } from "../uffd";
import { ErrnoValue, type Value } from "../value";
import type { CallRange, PagePair, UffdCall } from "./call";
import { assumedUffd, newUffd } from "./descriptor";
import { applyEffect } from "./effects";
import { settleWaiters } from "./waiters";

/** ioctl(2). Requests that are not userfaultfd's may do anything to what they are given. */
export function ioctl(m: Machine, fd: Value, requestArg: Value, arg: Value): Value {
  const wanted = toNumber(m, requestArg);
  const request = wanted !== undefined && wanted < 0 ? wanted + 2 ** 32 : wanted;
  if (request === undefined || ((request >>> 8) & 0xff) !== UFFDIO_TYPE) {
    if (toNumber(m, arg) !== undefined) surrender(m, arg);
    return m.fresh();
  }
  const known = ioctlByRequest(request);
  if (known?.name === "IOC_NEW") return newUffd(m, arg);
  const uffd = assumedUffd(m, fd);
  if (!uffd) return m.fresh();
  if (!known) return wrongNumber(m, uffd, request);
  return perform(m, known, uffd, arg);
}

/** The number byte is one of ours but direction or size is not. */
function wrongNumber(m: Machine, uffd: Uffd, request: number): Value {
  const meant = IOCTLS.find((i) => i.name !== "IOC_NEW" && (i.request & 0xff) === (request & 0xff));
  if (!meant) return m.fresh();
  const call = { machine: m, ioctl: meant, uffd } as UffdCall;
  const what = `0x${request.toString(16)} is not its number, which is 0x${meant.request.toString(16)}`;
  return fail(m, record(m, meant, finding(call, "einval-number", ERRNO.EINVAL, what), false));
}

function perform(m: Machine, known: Ioctl, uffd: Uffd, arg: Value): Value {
  const call = describe(m, known, uffd, arg);
  const whole = WHOLE_RULES.map((r) => r.whole?.(call)).find((f) => f !== undefined);
  if (whole) return refuse(m, call, arg, whole);
  const stopped = firstBadPage(call);
  if (stopped) {
    if (stopped.certainty === "look") {
      record(m, known, stopped, false, call);
    } else if (stopped.certainty === "certain" || m.choose(`ksm@${m.key(m.frame.at)}`, 2, 1) === 1) {
      return stop(m, call, arg, stopped);
    }
  } else {
    settleWaiters(m, call, record(m, known, undefined, isVague(call), call));
  }
  applyEffect(m, call, call.len ?? 0);
  if (stopped?.certainty === "timing") doubt(call);
  writeResult(m, call, arg, call.len ?? m.fresh());
  return 0;
}

/** The call worked because ksmd did not come by, which it may have. */
function doubt(call: UffdCall): void {
  for (const r of [call.dst, call.src]) r?.pages?.pages.update(r.first, r.end, (p) => ({ ...p, doubtful: true }));
}

/** Reads the argument struct and finds the memory it names. */
function describe(m: Machine, known: Ioctl, uffd: Uffd, arg: Value): UffdCall {
  const fields = new Map<string, Value>();
  for (const f of known.fields) {
    if (f.direction !== "out")
      fields.set(f.name, settle(m, load(m, binary(m, "+", address(m, arg), f.offset), { size: 8, kind: "uint" })));
  }
  const number = (name: string): number | undefined => toNumber(m, fields.get(name));
  const len = number("len") ?? number("range.len");
  const startField = fields.has("dst") ? "dst" : fields.has("start") ? "start" : "range.start";
  const named = rangeAt(m, fields.get(startField), len);
  // Through an inherited descriptor pages go to the owner's memory, which this path no longer follows.
  const dst = uffd.owner === m.space ? named : { ...named, obj: undefined, pages: undefined };
  const src = fields.has("src") ? rangeAt(m, fields.get("src"), len) : undefined;
  return {
    machine: m,
    ioctl: known,
    uffd,
    fields,
    len,
    mode: number("mode"),
    dst,
    src,
    dstMappings: mappings(dst),
    srcMappings: src ? mappings(src) : [],
  };
}

/** Address of the argument struct, also when it is a JavaScript buffer. */
export function address(m: Machine, arg: Value): Value {
  const at = target(m, arg);
  return at ? at.obj.address + at.off : arg;
}

function rangeAt(m: Machine, start: Value, len: number | undefined): CallRange {
  const nowhere = { start: toNumber(m, start), obj: undefined, pages: undefined, first: 0, end: 0 };
  const at = start === undefined ? undefined : target(m, start);
  if (!at || len === undefined || len <= 0) return nowhere;
  withPages(at.obj);
  const { pages } = at.obj;
  const from = at.obj.address + at.off;
  if (!pages) return { ...nowhere, start: from, obj: at.obj };
  const first = pages.pageOf(at.off);
  return { start: from, obj: at.obj, pages, first, end: first + Math.ceil(len / PAGE) };
}

function mappings(r: CallRange): UffdCall["dstMappings"] {
  if (!r.pages) return [];
  // Beyond an object that is not a mapping of its own lies more of the heap, the stack or the data segment.
  const outside = r.first < 0 || r.end > r.pages.count;
  if (outside && r.obj?.kind !== "mapping") return [];
  return r.pages.mappings.over(r.first, r.end);
}

function isVague(call: UffdCall): boolean {
  const unknown = (r: CallRange | undefined): boolean =>
    r !== undefined && (!r.pages || r.pages.pages.over(r.first, r.end).some((p) => p.v.content === "unknown"));
  return (
    call.uffd.foreign ||
    call.len === undefined ||
    unknown(call.dst) ||
    (call.ioctl.name === "MOVE" && unknown(call.src))
  );
}

const PAGE_OPS = new Set(["COPY", "ZEROPAGE", "MOVE", "CONTINUE", "POISON"]);
const MAX_PAGES = 65_536;

/** The first page the kernel stops at, with what earlier pages of the same call did taken into account. */
function firstBadPage(call: UffdCall): Finding | undefined {
  if (!PAGE_OPS.has(call.ioctl.name) || call.len === undefined) return undefined;
  const { dst, src } = call;
  const count = Math.min(Math.ceil(call.len / PAGE), MAX_PAGES);
  const down = call.ioctl.name === "MOVE" && src?.obj !== undefined && src.obj === dst.obj && dst.first < src.first;
  const nothing = { content: "unknown", epoch: 0 } as const;
  for (let i = 0; i < count; i++) {
    let at = dst.pages?.pages.get(dst.first + i) ?? nothing;
    // Sliding down inside one mapping: what lies ahead has been moved away by this very call.
    if (down && src && dst.first + i >= src.first) at = { content: "hole", epoch: 0 };
    const page: PagePair = {
      index: i,
      dst: at,
      src: src?.pages?.pages.get(src.first + i),
      srcMapping: src?.pages ? merged(call, src.pages.mappings.get(src.first + i)) : undefined,
    };
    for (const rule of PAGE_RULES) {
      const found = rule.page?.(call, page);
      if (found) return { ...found, page: i };
    }
  }
  return undefined;
}

/** PR_SET_MEMORY_MERGE opens what was mapped since, unless the range was opted out. */
function merged(call: UffdCall, v: PagePair["srcMapping"]): PagePair["srcMapping"] {
  const all = call.machine.mergeAll;
  return all && v && v.type === "anonymous" && !v.mergeable && v.by?.what !== "MADV_UNMERGEABLE"
    ? { ...v, mergeable: all }
    : v;
}

function record(m: Machine, known: Ioctl, found: Finding | undefined, vague: boolean, call?: UffdCall): CallRecord {
  const start = call?.dst.start;
  const r: CallRecord = {
    op: known.name,
    site: m.site(m.frame.at),
    stack: m.stack(),
    finding: found,
    handled: false,
    vague,
    range: start === undefined || call?.len === undefined ? undefined : { start, end: start + call.len },
    mode: call?.mode ?? 0,
  };
  m.records.push(r);
  m.effects++;
  return r;
}

/** The call as a whole is refused. */
function refuse(m: Machine, call: UffdCall, arg: Value, found: Finding): Value {
  const r = record(m, call.ioctl, found, false, call);
  if (found.code === "eagain-events") stillUnread(m, r);
  if (!/alignment|mode|foreign/.test(found.code)) writeResult(m, call, arg, new ErrnoValue(-found.errno, r, true));
  return fail(m, r);
}

/** Trying again while the same event waits handles nothing, whatever errno is compared with. */
function stillUnread(m: Machine, r: CallRecord): void {
  for (const before of m.records) {
    if (before === r || before.finding?.code !== r.finding?.code || before.site.start !== r.site.start) continue;
    if (before.finding?.causes[0] !== r.finding?.causes[0]) continue;
    before.handled = false;
    before.stubborn = true;
  }
}

/** The call stops at a page: nothing was done, or only the pages before it. */
function stop(m: Machine, call: UffdCall, arg: Value, found: Finding): Value {
  const done = (found.page ?? 0) * PAGE;
  if (done === 0) return refuse(m, call, arg, found);
  applyEffect(m, call, done);
  const partial: Finding = {
    ...found,
    code: "eagain-partial",
    errno: ERRNO.EAGAIN,
    message: `${call.ioctl.macro} stops after ${done / PAGE} of ${(call.len ?? 0) / PAGE} pages with EAGAIN, because the next one gives ${errnoName(found.errno)}: ${cause(found)}. Look at the ${call.ioctl.resultField ?? "result"} field and go on from there.`,
  };
  const r = record(m, call.ioctl, partial, false, call);
  writeResult(m, call, arg, new ErrnoValue(done, r, true));
  return fail(m, r);
}

const cause = (f: Finding): string => /: (.*?)\. /.exec(f.message)?.[1] ?? f.code;

function fail(m: Machine, r: CallRecord): Value {
  const e = new ErrnoValue(r.finding?.errno ?? ERRNO.EINVAL, r, false);
  store(m, m.errnoObject().address, { size: 4, kind: "int" }, e);
  return -1;
}

function writeResult(m: Machine, call: UffdCall, arg: Value, v: Value): void {
  const field = call.ioctl.fields.find((f) => f.name === call.ioctl.resultField);
  if (field) store(m, binary(m, "+", address(m, arg), field.offset), { size: 8, kind: "int" }, v);
}
