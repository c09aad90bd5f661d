/**
 * A trace for ui.perfetto.dev in the JSON trace event format: ioctls and faults as slices of their threads, messages as
 * instants, a flow from each fault's waker to the thread it woke.
 */
import type { Batch } from "../../recording/batch";
import { EventKind } from "../../recording/schema";
import { type ExportRow, exportRows } from "./rows";

const micros = (ns: number): number => ns / 1000;

function slice(row: ExportRow, name: string, category: string, args: object): object {
  const { values: v } = row;
  const at = { pid: Number(v.pid), tid: Number(v.tid), ts: micros(Number(v.timeNs)) };
  return { ph: "X", name, cat: category, ...at, dur: micros(Number(v.durationNs)), args };
}

function metadata(what: string, pid: number, tid: number, name: string): object {
  return { ph: "M", name: what, pid, tid, args: { name } };
}

const hex = (value: number | bigint | undefined): string => `0x${BigInt(value ?? 0).toString(16)}`;

/** Processes of threads, from what they did before: a waker may belong to another process than the thread it wakes. */
type Owners = Map<number, number>;

function faultEvents(row: ExportRow, id: number, owners: Owners): object[] {
  const { values: v } = row;
  const woken = Number(v.wokenNs);
  const events = [
    slice(row, "userfault", "fault", { address: hex(v.address), code: hex(v.mode), waker: Number(v.peer) }),
  ];
  if (woken < 0 || Number(v.peer) <= 0 || v.kind === EventKind.Waiting) return events;
  const ts = micros(Number(v.timeNs) + woken);
  const flow = { name: "wake", cat: "wake", id };
  return [
    ...events,
    { ph: "s", ...flow, pid: owners.get(Number(v.peer)) ?? Number(v.pid), tid: Number(v.peer), ts },
    {
      ph: "f",
      bp: "e",
      ...flow,
      pid: Number(v.pid),
      tid: Number(v.tid),
      ts: micros(Number(v.timeNs) + Number(v.durationNs)),
    },
  ];
}

function eventsOf(row: ExportRow, id: number, owners: Owners): object[] {
  const { values: v, text } = row;
  const at = { pid: Number(v.pid), tid: Number(v.tid), ts: micros(Number(v.timeNs)) };
  switch (v.kind) {
    case EventKind.Ioctl: {
      const args = {
        address: hex(v.address),
        source: hex(v.source),
        length: Number(v.length),
        mode: hex(v.mode),
        result: Number(v.result),
      };
      return [
        slice(row, `UFFDIO_${row.name}`, row.error === "" ? "ioctl" : "ioctl,error", { ...args, error: row.error }),
      ];
    }
    case EventKind.Fault:
    case EventKind.Waiting:
      return faultEvents(row, id, owners);
    case EventKind.Message:
      return [
        {
          ph: "i",
          s: "t",
          name: row.name,
          cat: "message",
          ...at,
          args: { address: hex(v.address), ptid: Number(v.peer) },
        },
      ];
    case EventKind.Process:
      return text ? [metadata("process_name", at.pid, at.tid, text)] : [];
    case EventKind.Thread:
      return [metadata("thread_name", at.pid, at.tid, text ?? "")];
    case EventKind.Loss:
      return [{ ph: "i", s: "g", name: `lost ${v.length}: ${text ?? ""}`, cat: "loss", ...at }];
    default:
      return [];
  }
}

export function* perfetto(source: { readonly batches: () => Iterable<Batch> }): Iterable<string> {
  yield '{"displayTimeUnit":"ns","traceEvents":[\n';
  let id = 0;
  const owners: Owners = new Map();
  let separator = "";
  for (const batch of source.batches()) {
    const pieces: string[] = [];
    for (const row of exportRows(batch)) {
      owners.set(Number(row.values.tid), Number(row.values.pid));
      for (const event of eventsOf(row, ++id, owners)) {
        pieces.push(separator, JSON.stringify(event));
        separator = ",\n";
      }
    }
    yield pieces.join("");
  }
  yield "\n]}\n";
}
