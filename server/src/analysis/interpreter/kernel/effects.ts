import { PAGE } from "../../domain/constants";
import type { Machine } from "../machine";
import { copyRange, fillRange } from "../memory";
import { toNumber } from "../operate";
import type { CallRange, UffdCall } from "./call";
import { someFault } from "./messages";

const _ALL_FEATURES = 0x1ffff;

/** What a call does to memory and to registrations when `bytes` of it succeed. */
export function applyEffect(m: Machine, call: UffdCall, bytes: number): void {
  const pages = Math.ceil(bytes / PAGE);
  const nowhere = call.dst.pages === undefined || call.len === undefined;
  if (nowhere && call.ioctl.name === "REGISTER") call.uffd.blind = true;
  else if (nowhere && call.ioctl.name !== "API" && call.ioctl.name !== "WAKE") someFault(call.uffd);
  switch (call.ioctl.name) {
    case "API":
      if (call.uffd.ready === false) call.uffd.ready = true;
      call.uffd.features = toNumber(m, call.fields.get("features")) ?? 0;
      break;
    case "REGISTER":
      register(m, call);
      break;
    case "UNREGISTER":
      mark(call.dst, (v) => ({ ...v, uffd: undefined, mode: 0, by: m.origin("unregistered") }));
      break;
    case "COPY":
      place(m, call.dst, pages, "placed", "data");
      content(call, bytes);
      break;
    case "CONTINUE":
      place(m, call.dst, pages, "placed", "data");
      break;
    case "ZEROPAGE":
      place(m, call.dst, pages, "zeroed", "zero");
      break;
    case "POISON":
      place(m, call.dst, pages, "poisoned", "marker");
      break;
    case "MOVE":
      move(m, call, pages, bytes);
      break;
    default:
      break;
  }
}

function mark(r: CallRange, change: Parameters<NonNullable<CallRange["pages"]>["mappings"]["update"]>[2]): void {
  r.pages?.mappings.update(r.first, r.end, (v, start, end) => (v.type === "none" ? v : change(v, start, end)));
}

function register(m: Machine, call: UffdCall): void {
  const by = m.origin("registered");
  if (call.dst.obj) call.uffd.objects.add(call.dst.obj);
  mark(call.dst, (v) => ({ ...v, uffd: call.uffd, mode: call.mode ?? 1, by: v.by ?? by }));
}

function place(m: Machine, r: CallRange, pages: number, what: string, kind: "data" | "zero" | "marker"): void {
  r.pages?.pages.set(r.first, r.first + pages, { content: kind, by: m.origin(what), epoch: m.epoch });
}

/** The bytes themselves, for programs that look at what they placed. */
function content(call: UffdCall, bytes: number): void {
  const { dst, src } = call;
  if (!dst.obj || dst.start === undefined) return;
  const to = dst.start - dst.obj.address;
  if (src?.obj && src.start !== undefined) copyRange(src.obj, src.start - src.obj.address, dst.obj, to, bytes);
  else fillRange(dst.obj, to, bytes, "unknown");
}

function move(m: Machine, call: UffdCall, pages: number, bytes: number): void {
  const { dst, src } = call;
  const by = m.origin("moved");
  const from = src?.pages?.pages.over(src.first, src.first + pages) ?? [];
  content(call, bytes);
  src?.pages?.pages.set(src.first, src.first + pages, { content: "hole", by, epoch: m.epoch });
  if (!dst.pages || !src) return;
  if (from.length === 0) place(m, dst, pages, "moved", "data");
  for (const run of from) {
    const start = dst.first + run.start - src.first;
    const state = run.v.content === "hole" ? run.v : { content: run.v.content, by, epoch: m.epoch };
    dst.pages.pages.set(start, start + run.end - run.start, state);
  }
  const { obj } = src;
  if (obj && obj !== dst.obj && src.start !== undefined) fillRange(obj, src.start - obj.address, bytes, 0);
}
