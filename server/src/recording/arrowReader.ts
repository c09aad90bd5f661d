/**
 * Reads a recording batch by batch. The file is untrusted input: a foreign one gets a `RecordingError` at the start, and
 * whatever is cut off or damaged later ends the reading with a `Tail` that says where and why; nothing else is thrown.
 */

import { decodeBatch, decodeHeader, MessageType, messageHeader } from "./arrowMessages";
import type { Batch, RecordingHeader } from "./batch";
import { RecordingError } from "./errors";

/** Random access to the bytes of a recording. */
export interface ByteSource {
  readonly size: number;
  /** Fills `target` from `position`; returns how many bytes there were. May throw what the file system throws. */
  read(position: number, target: Uint8Array): number;
}

/** How a recording's bytes end. */
export interface Tail {
  /** `complete`: the end mark. `open`: ends between two batches. `torn`: inside a batch. `damaged`: not a batch. */
  readonly kind: "complete" | "open" | "torn" | "damaged";
  /** First byte that was not used, and how many follow. */
  readonly atByte: number;
  readonly bytes: number;
}

/** The largest metadata and body we accept; ours are a few kB and below 1 MiB. */
const MAX_METADATA = 1 << 20;
const MAX_BODY = 1 << 28;

type Message = { readonly kind: "message"; readonly metadata: DataView; readonly bodyAt: number } | Tail;

export class ArrowReader {
  readonly header: RecordingHeader;
  /** Where the next message begins: how far the file is read. */
  position = 0;
  tail: Tail | undefined;

  /** Reads the schema. Throws `RecordingError` when the bytes are not a recording that this version can read. */
  constructor(private readonly source: ByteSource) {
    const message = this.message();
    if (message.kind !== "message") throw this.notARecording();
    try {
      this.header = decodeHeader(message.metadata);
    } catch (error) {
      if (error instanceof RecordingError) throw error;
      throw this.notARecording();
    }
    this.position = message.bodyAt;
  }

  /** The next batch, or undefined at the end, when `tail` says how it ends. */
  next(): Batch | undefined {
    if (this.tail) return undefined;
    const message = this.message();
    if (message.kind !== "message") return this.end(message);
    try {
      const { type, bodyLength } = messageHeader(message.metadata);
      if (type !== MessageType.RecordBatch || bodyLength > MAX_BODY) return this.end(this.tailAt("damaged"));
      const end = message.bodyAt + bodyLength;
      if (end > this.source.size) return this.end(this.tailAt("torn"));
      const body = new Uint8Array(bodyLength);
      if (this.source.read(message.bodyAt, body) < bodyLength) return this.end(this.tailAt("torn"));
      const batch = decodeBatch(message.metadata, body);
      this.position = end;
      return batch;
    } catch (error) {
      if (error instanceof RangeError) return this.end(this.tailAt("damaged"));
      throw error;
    }
  }

  private end(tail: Tail): undefined {
    this.tail = tail;
    return undefined;
  }

  private tailAt(kind: Tail["kind"]): Tail {
    return { kind, atByte: this.position, bytes: this.source.size - this.position };
  }

  /** One encapsulated message: 0xFFFFFFFF, length, metadata padded to 8 bytes. */
  private message(): Message {
    const prefix = new Uint8Array(8);
    const got = this.source.read(this.position, prefix);
    if (got === 0) return this.tailAt("open");
    const view = new DataView(prefix.buffer);
    if (got < 8)
      return this.tailAt(prefix.subarray(0, Math.min(got, 4)).every((byte) => byte === 0xff) ? "torn" : "damaged");
    if (view.getUint32(0, true) !== 0xffffffff) return this.tailAt("damaged");
    const length = view.getUint32(4, true);
    if (length === 0)
      return { kind: "complete", atByte: this.position + 8, bytes: this.source.size - this.position - 8 };
    if (length > MAX_METADATA) return this.tailAt("damaged");
    const metadata = new Uint8Array(length);
    if (this.source.read(this.position + 8, metadata) < length) return this.tailAt("torn");
    return { kind: "message", metadata: new DataView(metadata.buffer), bodyAt: this.position + 8 + length };
  }

  private notARecording(): RecordingError {
    const start = new Uint8Array(6);
    const got = this.source.read(0, start);
    if (got === 0) {
      return new RecordingError(
        "incomplete-header",
        "The file is empty.",
        "Record again; an empty file holds no events.",
      );
    }
    if (new TextDecoder().decode(start) === "ARROW1") {
      return new RecordingError(
        "not-a-recording",
        "The file is in Arrow's file format; a recording is an Arrow stream.",
        "Open the .faultscope file it was made from.",
      );
    }
    if (start.subarray(0, Math.min(got, 4)).every((byte) => byte === 0xff)) {
      return new RecordingError(
        "incomplete-header",
        "The file ends before its header does, so it holds no events.",
        "Record again; the recorder was stopped before it wrote anything.",
      );
    }
    return new RecordingError(
      "not-a-recording",
      "The file is not a Faultscope recording.",
      "Choose a .faultscope file, written by `faultscope record` or the editor.",
    );
  }
}

/** A recording that is in memory already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read(position, target) {
      const part = bytes.subarray(position, position + target.byteLength);
      target.set(part);
      return part.byteLength;
    },
  };
}
