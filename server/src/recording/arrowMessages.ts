/** Arrow's IPC metadata as far as a recording uses it: the schema with our columns, and uncompressed record batches. */

import type { Batch, RecordingHeader } from "./batch";
import { RecordingError } from "./errors";
import { Table } from "./flatbuffer";
import { HEADER_KEYS } from "./headerKeys";
import { COLUMNS, type Columns, RECORDING_VERSION } from "./schema";

/** `MessageHeader` of Arrow's format/Message.fbs. */
export const MessageType = { Schema: 1, RecordBatch: 3 } as const;

/** `Type` of Arrow's format/Schema.fbs. */
const TYPE_INT = 2;
const TYPE_UTF8 = 5;

const WIDTH = { u8: 8, u32: 32, i32: 32, i64: 64, u64: 64 } as const;

/** Type and body length of a message. Throws RangeError when the metadata is damaged. */
export function messageHeader(metadata: DataView): { readonly type: number; readonly bodyLength: number } {
  const message = Table.root(metadata);
  const bodyLength = message.int64(3);
  if (bodyLength < 0) throw new RangeError("A body length is negative.");
  return { type: message.uint8(1), bodyLength };
}

/** Reads the schema message. Throws RecordingError, or RangeError when the metadata is damaged. */
export function decodeHeader(metadata: DataView): RecordingHeader {
  const message = Table.root(metadata);
  const schema = message.uint8(1) === MessageType.Schema ? message.table(2) : undefined;
  if (!schema) throw new RangeError("The first message is not a schema.");
  const known = new Map(schema.tables(2).map((entry) => [entry.string(0), entry.string(1) ?? ""]));
  const version = Number(known.get(HEADER_KEYS.version) ?? Number.NaN);
  if (!Number.isInteger(version)) {
    throw new RecordingError(
      "not-a-recording",
      "The file is an Arrow stream but not a Faultscope recording.",
      "Choose a .faultscope file, written by `faultscope record` or the editor.",
    );
  }
  if (version > RECORDING_VERSION) {
    throw new RecordingError(
      "newer-version",
      `The recording has format version ${version}; this program reads up to ${RECORDING_VERSION}.`,
      "Update Faultscope.",
    );
  }
  if (!sameColumns(schema.tables(1))) {
    throw new RecordingError(
      "not-a-recording",
      "The file's columns are not those of a recording: another program has changed it.",
      "Open the recording as it was written.",
    );
  }
  const startNs = known.get(HEADER_KEYS.startNs) ?? "";
  return {
    startNs: /^\d{1,19}$/.test(startNs) ? BigInt(startNs) : 0n,
    startedAtMs: Date.parse(known.get(HEADER_KEYS.startedAt) ?? "") || 0,
    host: known.get(HEADER_KEYS.host) ?? "",
    writer: known.get(HEADER_KEYS.writer) ?? "",
  };
}

function sameColumns(fields: readonly Table[]): boolean {
  if (fields.length !== COLUMNS.length + 1) return false;
  const numbers = COLUMNS.every(([name, type], index) => {
    const field = fields[index];
    const int = field?.uint8(2) === TYPE_INT ? field.table(3) : undefined;
    if (!field || !int || field.has(4)) return false;
    return field.string(0) === name && int.int32(0) === WIDTH[type] && (int.uint8(1) === 1) === type.startsWith("i");
  });
  const text = fields[COLUMNS.length];
  return numbers && text?.string(0) === "text" && text.uint8(2) === TYPE_UTF8;
}

/** Views on the columns of a record batch's body. Throws RangeError when the metadata does not fit the body. */
export function decodeBatch(metadata: DataView, body: Uint8Array): Batch {
  const batch = Table.root(metadata).table(2);
  if (!batch || batch.has(3)) throw new RangeError("The record batch is missing or compressed.");
  const rows = batch.int64(0);
  const buffers = batch.pairs(2);
  // Two buffers a numeric column (validity, values), three for the text (validity, offsets, bytes).
  if (rows < 0 || rows > body.byteLength || buffers.length !== COLUMNS.length * 2 + 3) {
    throw new RangeError("The record batch does not have the recording's columns.");
  }
  const at8 = (index: number, bytes: number): Uint8Array => {
    const [offset, length] = buffers[index] ?? [0, -1];
    if (offset < 0 || length < bytes || offset + bytes > body.byteLength)
      throw new RangeError("A column leaves the batch.");
    const part = body.subarray(offset, offset + bytes);
    // Arrow aligns its buffers; a copy gives the element types their alignment whatever wrote the file.
    return part.byteOffset % 8 === 0 ? part : part.slice();
  };
  const make = { u8: Uint8Array, u32: Uint32Array, i32: Int32Array, i64: BigInt64Array, u64: BigUint64Array };
  const columns = Object.fromEntries(
    COLUMNS.map(([name, type], index) => {
      const bytes = at8(index * 2 + 1, (rows * WIDTH[type]) / 8);
      return [name, new make[type](bytes.buffer as ArrayBuffer, bytes.byteOffset, rows)];
    }),
  ) as unknown as Columns;
  const at = COLUMNS.length * 2;
  const [, validityBytes] = buffers[at] ?? [0, 0];
  const validity = validityBytes > 0 ? at8(at, (rows + 7) >> 3) : undefined;
  const offsetBytes = at8(at + 1, rows > 0 ? (rows + 1) * 4 : 0);
  const offsets = new Int32Array(
    offsetBytes.buffer as ArrayBuffer,
    offsetBytes.byteOffset,
    offsetBytes.byteLength >> 2,
  );
  const bytes = at8(at + 2, offsets[rows] ?? 0);
  return { columns, from: 0, to: rows, texts: readTexts(rows, validity, offsets, bytes) };
}

function readTexts(
  rows: number,
  validity: Uint8Array | undefined,
  offsets: Int32Array,
  bytes: Uint8Array,
): Map<number, string> {
  const texts = new Map<number, string>();
  const decoder = new TextDecoder();
  for (let row = 0; row < rows; row++) {
    if (validity && ((validity[row >> 3] ?? 0) & (1 << (row & 7))) === 0) continue;
    const start = offsets[row] ?? 0;
    const end = offsets[row + 1] ?? 0;
    if (start < 0 || end < start || end > bytes.byteLength) throw new RangeError("A text leaves its column.");
    texts.set(row, decoder.decode(bytes.subarray(start, end)));
  }
  return texts;
}
