import { describe, expect, it } from "vitest";
import { ArrowReader, bytesSource } from "../recording/arrowReader";
import { BatchBuilder, type OwnRow, type RecordingHeader } from "../recording/batch";
import { EventKind } from "../recording/schema";
import { ioctlByName } from "../uffd/ioctls";
import { FlightWriter } from "./flightWriter";

const HEADER: RecordingHeader = { startNs: 0n, startedAtMs: 0, host: "here", writer: "test" };
const REGISTER = ioctlByName("REGISTER")?.request;
const UNREGISTER = ioctlByName("UNREGISTER")?.request;

/** The rows of the file that such a recorder writes, as kind and time. */
function flown(keepBytes: number, batches: readonly (readonly OwnRow[])[]) {
  const chunks: Uint8Array[] = [];
  const writer = new FlightWriter(HEADER, (some) => chunks.push(...some.map((chunk) => chunk.slice())), keepBytes);
  const batch = new BatchBuilder(100);
  for (const rows of batches) {
    for (const row of rows) batch.push(row);
    writer.write(batch);
    batch.clear();
  }
  expect(chunks).toEqual([]);
  writer.finish();
  const rows: { kind: number; timeNs: number; text: string | undefined; address: bigint }[] = [];
  const reader = new ArrowReader(bytesSource(Buffer.concat(chunks)));
  for (let read = reader.next(); read; read = reader.next()) {
    const { columns, from, to, texts } = read;
    for (let row = from; row < to; row++) {
      rows.push({
        kind: columns.kind[row] as number,
        timeNs: Number(columns.timeNs[row]),
        text: texts.get(row),
        address: columns.address[row] as bigint,
      });
    }
  }
  return { rows, forgotten: writer.forgotten };
}

const event = (timeNs: number): OwnRow => ({ kind: EventKind.Ioctl, timeNs, pid: 1, request: 7 });
const call = (timeNs: number, request: number | undefined, address: bigint): OwnRow => ({
  ...event(timeNs),
  ...(request === undefined ? {} : { request }),
  address,
});

describe("the flight recorder", () => {
  it("keeps everything that fits", () => {
    const { rows, forgotten } = flown(1e6, [[event(1), event(2)], [event(3)]]);
    expect(rows.map(({ timeNs }) => timeNs)).toEqual([1, 2, 3]);
    expect(forgotten).toBe(0);
  });

  it("keeps the last batch however small its memory, and counts what it lets go", () => {
    const { rows, forgotten } = flown(1, [[event(1), event(2)], [event(3)], [event(4), event(5)]]);
    expect(rows.map(({ timeNs }) => timeNs)).toEqual([4, 5]);
    expect(forgotten).toBe(3);
  });

  it("remembers names, sites and processes of what it lets go, the latest of each", () => {
    const named = (timeNs: number, text: string): OwnRow => ({ kind: EventKind.Thread, timeNs, tid: 9, text });
    const site: OwnRow = { kind: EventKind.Site, timeNs: 1, site: 3, text: "{}" };
    const born: OwnRow = { kind: EventKind.Process, timeNs: 1, pid: 5, request: 1, text: "child" };
    const { rows, forgotten } = flown(1, [[named(1, "old"), site, born], [named(2, "new")], [event(3)]]);
    expect(rows.map(({ kind, text }) => [kind, text])).toEqual([
      [EventKind.Thread, "new"],
      [EventKind.Site, "{}"],
      [EventKind.Process, "child"],
      [EventKind.Ioctl, undefined],
    ]);
    expect(forgotten).toBe(0);
  });

  it("says where the kept rows begin", () => {
    const machine: OwnRow = { kind: EventKind.Machine, timeNs: 0, text: '{"kernel":"6.18"}' };
    const { rows } = flown(1, [[machine, event(1)], [event(3)]]);
    expect(rows[0]?.text).toBe('{"kernel":"6.18","keptFromNs":3}');
    expect(flown(1e6, [[machine, event(1)], [event(3)]]).rows[0]?.text).toBe(machine.text);
  });

  it("knows which ranges were registered when the kept rows begin", () => {
    const { rows } = flown(1, [
      [call(1, REGISTER, 0x1000n), call(2, REGISTER, 0x2000n)],
      [call(3, UNREGISTER, 0x1000n)],
      [event(4)],
    ]);
    expect(rows.map(({ kind, address }) => [kind, address])).toEqual([
      [EventKind.Registered, 0x2000n],
      [EventKind.Ioctl, 0n],
    ]);
  });
});
