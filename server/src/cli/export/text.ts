/** One event a line, in the manner of strace, for reading and grep. */
import { EventKind } from "../../recording/schema";
import { ioctlByRequest } from "../../uffd/ioctls";
import type { ExportRow } from "./rows";

const hex = (value: number | bigint | undefined): string => `0x${BigInt(value ?? 0).toString(16)}`;

/** Seconds with nanoseconds; the exact figure, since lines are also input for other tools. */
function seconds(ns: number | bigint | undefined): string {
  const whole = BigInt(ns ?? 0);
  const sign = whole < 0n ? "-" : "";
  const size = whole < 0n ? -whole : whole;
  return `${sign}${size / 1_000_000_000n}.${String(size % 1_000_000_000n).padStart(9, "0")}`;
}

/** The mode as its flags' names, the rest in hex. */
function modeWords(request: number, mode: bigint): string {
  let rest = mode;
  const names: string[] = [];
  for (const flag of ioctlByRequest(request)?.modes ?? []) {
    if ((rest & flag.value) === 0n) continue;
    names.push(flag.name);
    rest &= ~flag.value;
  }
  if (rest !== 0n || names.length === 0) names.push(hex(rest));
  return names.join("|");
}

function ioctl({ name, error, values: v }: ExportRow): string {
  const known = ioctlByRequest(Number(v.request));
  const source = known?.fields.some((field) => field.name === "src") ? `, src=${hex(v.source)}` : "";
  const mode =
    known === undefined || known.modes.length > 0 ? `, mode=${modeWords(Number(v.request), BigInt(v.mode ?? 0))}` : "";
  const result = known?.resultField === undefined ? "" : `, ${known.resultField}=${v.result}`;
  const end = error === "" ? "0" : `-1 ${error}`;
  return `${known?.macro ?? name}(${v.fd}, {${hex(v.address)}${source}, len=${v.length}${mode}${result}}) = ${end} <${seconds(v.durationNs)}>`;
}

function words(row: ExportRow): string {
  const { kind, name, values: v, text } = row;
  switch (v.kind) {
    case EventKind.Ioctl:
      return ioctl(row);
    case EventKind.Message:
      return `read(${v.fd}) = ${name} ${hex(v.address)} flags=${hex(v.mode)} ptid=${v.peer}`;
    case EventKind.Fault:
      return `fault ${hex(v.address)} code=${hex(v.mode)} woken by ${v.peer} <${seconds(v.durationNs)}>`;
    case EventKind.Waiting:
      return `fault ${hex(v.address)} code=${hex(v.mode)} still waits <${seconds(v.durationNs)}>`;
    case EventKind.Loss:
      return `lost ${v.length}: ${text ?? ""}`;
    default:
      return `${kind.toLowerCase()} request=${v.request} ${hex(v.address)} len=${v.length} mode=${hex(v.mode)} result=${v.result}${text === undefined ? "" : ` ${text}`}`;
  }
}

/** A line: time, process/thread, what happened. */
export function textLine(row: ExportRow): string {
  const { values: v } = row;
  return `${seconds(v.timeNs)} ${v.pid}/${v.tid} ${words(row).replace(/\p{Cc}/gu, "\ufffd")}\n`;
}
