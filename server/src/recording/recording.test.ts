import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrowReader, bytesSource } from "./arrowReader";
import { ArrowWriter } from "./arrowWriter";
import { BatchBuilder, type RecordingHeader } from "./batch";
import { RecordingError } from "./errors";
import { COLUMNS, EventKind } from "./schema";

const HEADER: RecordingHeader = {
  startNs: 123_456_789_012n,
  startedAtMs: Date.UTC(2026, 10, 23, 7),
  host: "machine",
  writer: "0.1.0",
};

/** A recording of `batches` batches of `rows` rows; the byte offsets of the borders between messages. */
function record(batches: number, rows: number, finish = true): { bytes: Uint8Array; borders: number[] } {
  const chunks: Buffer[] = [];
  const borders: number[] = [];
  let size = 0;
  const writer = new ArrowWriter(HEADER, (parts) => {
    for (const part of parts) {
      chunks.push(Buffer.from(part));
      size += part.byteLength;
    }
    borders.push(size);
  });
  const builder = new BatchBuilder(Math.max(1, rows));
  for (let b = 0; b < batches; b++) {
    for (let r = 0; r < rows; r++) {
      builder.push({
        kind: EventKind.Ioctl,
        timeNs: b * 1000 + r,
        durationNs: 2 ** 40 + r,
        pid: -r,
        address: 0x7fff_ffff_f000n + BigInt(r),
        ...(r % 5 === 0 ? { text: `row ${r} – ✓` } : {}),
      });
    }
    writer.write(builder);
    builder.clear();
  }
  if (finish) writer.finish();
  return { bytes: Buffer.concat(chunks), borders };
}

/** Reads everything; returns how many rows there were and how it ended. */
function readAll(bytes: Uint8Array): { rows: number; tail: string; texts: number } {
  const reader = new ArrowReader(bytesSource(bytes));
  let rows = 0;
  let texts = 0;
  for (let batch = reader.next(); batch; batch = reader.next()) {
    rows += batch.to - batch.from;
    texts += batch.texts.size;
  }
  expect(reader.next()).toBeUndefined();
  return { rows, texts, tail: reader.tail?.kind ?? "none" };
}

describe("a recording", () => {
  it("reads back what was written, with its header", () => {
    const { bytes } = record(3, 7);
    const reader = new ArrowReader(bytesSource(bytes));
    expect(reader.header).toEqual(HEADER);
    const batch = reader.next();
    expect(batch?.to).toBe(7);
    expect(batch?.columns.durationNs[3]).toBe(2n ** 40n + 3n);
    expect(batch?.columns.pid[6]).toBe(-6);
    expect(batch?.columns.address[2]).toBe(0x7fff_ffff_f002n);
    expect([...(batch?.texts ?? [])]).toEqual([
      [0, "row 0 – ✓"],
      [5, "row 5 – ✓"],
    ]);
    expect(readAll(bytes)).toEqual({ rows: 21, texts: 6, tail: "complete" });
  });

  it("is an ordinary Arrow stream to Apache's own reader", () => {
    const table = tableFromIPC(record(3, 100).bytes);
    expect(table.numRows).toBe(300);
    expect(table.schema.fields.map((field) => field.name)).toEqual([...COLUMNS.map(([name]) => name), "text"]);
    expect(table.schema.metadata.get("faultscope.version")).toBe("1");
    expect(table.getChild("text")?.get(105)).toBe("row 5 – ✓");
    expect(table.getChild("text")?.nullCount).toBe(240);
    expect(table.getChild("timeNs")?.get(299)).toBe(2099n);
  });

  it("is valid as soon as it is begun, and without its end mark", () => {
    expect(readAll(record(0, 0, false).bytes)).toEqual({ rows: 0, texts: 0, tail: "open" });
    expect(readAll(record(2, 5, false).bytes)).toEqual({ rows: 10, texts: 2, tail: "open" });
  });

  it("gives every whole batch of a prefix of any length, and says how it ends", () => {
    const { bytes, borders } = record(3, 9);
    const header = borders[0] ?? 0;
    for (let length = 0; length < bytes.byteLength; length++) {
      const prefix = bytes.subarray(0, length);
      if (length < header) {
        expect(() => new ArrowReader(bytesSource(prefix)), `${length} bytes`).toThrow(RecordingError);
        continue;
      }
      const whole = borders.filter((border) => border <= length).length - 1;
      const { rows, tail } = readAll(prefix);
      expect(rows, `${length} bytes`).toBe(Math.min(whole, 3) * 9);
      expect(tail, `${length} bytes`).toBe(borders.includes(length) ? "open" : "torn");
    }
  });

  it("never throws anything but a RecordingError on damaged bytes", () => {
    const { bytes } = record(2, 20);
    const edit = fc.record({ at: fc.nat(bytes.byteLength - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        const damaged = Uint8Array.from(bytes);
        for (const { at, value } of edits) damaged[at] = value;
        try {
          readAll(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(RecordingError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("refuses foreign bytes with a reason and a remedy", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => new ArrowReader(bytesSource(bytes))).toThrow(RecordingError);
      }),
    );
    const open =
      (text: string): (() => ArrowReader) =>
      () =>
        new ArrowReader(bytesSource(Buffer.from(text)));
    expect(open("")).toThrow("The file is empty.");
    expect(open("ARROW1\0\0 and more")).toThrow("Arrow's file format");
    expect(open("#!/bin/sh\necho hello\n")).toThrow("not a Faultscope recording");
  });
});
