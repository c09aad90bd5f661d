/**
 * Writes a recording as one Arrow IPC stream. Apache Arrow encodes the metadata; the bytes go straight from our columns
 * to the sink without a copy, so a sink must take them before it returns.
 */
import {
  type Data,
  Field,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint8,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";
import type { BatchBuilder, RecordingHeader } from "./batch";
import { HEADER_KEYS } from "./headerKeys";
import { COLUMNS, RECORDING_VERSION } from "./schema";

/** Takes the chunks of one message in order; throws when they cannot all be written. */
export type ChunkSink = (chunks: readonly Uint8Array[]) => void;

const ARROW_TYPES = { u8: new Uint8(), u32: new Uint32(), i32: new Int32(), i64: new Int64(), u64: new Uint64() };
const TEXT = new Utf8();

function arrowSchema(header: RecordingHeader): Schema {
  const numbers = COLUMNS.map(([name, type]) => new Field(name, ARROW_TYPES[type], false));
  const metadata = new Map<string, string>([
    [HEADER_KEYS.version, String(RECORDING_VERSION)],
    [HEADER_KEYS.startNs, String(header.startNs)],
    [HEADER_KEYS.startedAt, new Date(header.startedAtMs).toISOString()],
    [HEADER_KEYS.host, header.host],
    [HEADER_KEYS.writer, header.writer],
  ]);
  return new Schema([...numbers, new Field("text", TEXT, true)], metadata);
}

/** Sparse texts as an Arrow utf8 column with a validity bitmap. */
function textData(texts: ReadonlyMap<number, string>, rows: number): Data<Utf8> {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(rows + 1);
  const validity = new Uint8Array((rows + 7) >> 3);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (let row = 0; row < rows; row++) {
    const text = texts.size === 0 ? undefined : texts.get(row);
    if (text !== undefined) {
      const part = encoder.encode(text);
      parts.push(part);
      bytes += part.byteLength;
      validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
    }
    offsets[row + 1] = bytes;
  }
  return makeData({
    type: TEXT,
    length: rows,
    nullCount: rows - parts.length,
    nullBitmap: validity,
    valueOffsets: offsets,
    data: Buffer.concat(parts, bytes),
  });
}

/** Collects the chunks of a message instead of queueing copies of them. */
class ChunkWriter extends RecordBatchStreamWriter {
  chunks: Uint8Array[] = [];

  protected override _write(chunk: ArrayBufferView): this {
    if (!this._started || chunk.byteLength === 0) return this;
    this.chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this._position += chunk.byteLength;
    // The library keeps one entry a batch for the footer of the file format, which a stream does not have.
    this._recordBatchBlocks.length = 0;
    return this;
  }
}

export class ArrowWriter {
  private readonly writer = new ChunkWriter({ autoDestroy: false });
  private readonly schema: Schema;

  /** Writes the schema message at once: even an empty recording says what it is. */
  constructor(
    header: RecordingHeader,
    private readonly sink: ChunkSink,
  ) {
    this.schema = arrowSchema(header);
    this.writer.reset(undefined, this.schema);
    this.flush();
  }

  /** Writes the rows of `batch` as one record batch; nothing for an empty one. Throws what the sink throws. */
  write(batch: BatchBuilder): void {
    const { rows, columns, texts } = batch;
    if (rows === 0) return;
    const children: Data[] = COLUMNS.map(([name, type]) =>
      makeData({
        type: ARROW_TYPES[type] as Int32,
        length: rows,
        nullCount: 0,
        data: columns[name].subarray(0, rows) as Int32Array,
      }),
    );
    children.push(textData(texts, rows));
    const data = makeData({ type: new Struct(this.schema.fields), length: rows, nullCount: 0, children });
    this.writer.write(new RecordBatch(this.schema, data));
    this.flush();
  }

  /** Writes the end-of-stream mark. */
  finish(): void {
    this.writer.finish();
    this.flush();
  }

  private flush(): void {
    const chunks = this.writer.chunks;
    this.writer.chunks = [];
    if (chunks.length > 0) this.sink(chunks);
  }
}
