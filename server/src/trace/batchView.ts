/**
 * Reads the 64-bit columns of a batch as numbers. One BigInt an event would cost more than all the rest of the trace, so
 * a value is put together from its halves; exact up to 2^53, which covers times and user addresses.
 */
import type { Batch } from "../recording/batch";

const HIGH = 0x1_0000_0000;
/** Pages in 4 GiB by log2 of the page size. */
const HIGH_PAGES = Array.from({ length: 33 }, (_, shift) => 2 ** (32 - shift));

function halves(column: BigInt64Array | BigUint64Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length * 2);
}

/** Signed 64-bit element `row` of a column's halves. */
function signed(parts: Int32Array, row: number): number {
  return (parts[2 * row + 1] as number) * HIGH + ((parts[2 * row] as number) >>> 0);
}

/** Unsigned 64-bit element `row`. */
function unsigned(parts: Int32Array, row: number): number {
  return ((parts[2 * row + 1] as number) >>> 0) * HIGH + ((parts[2 * row] as number) >>> 0);
}

export class BatchView {
  readonly kind: Uint8Array;
  readonly pid: Int32Array;
  readonly tid: Int32Array;
  readonly peer: Int32Array;
  readonly fd: Int32Array;
  readonly request: Uint32Array;
  readonly errno: Int32Array;
  readonly site: Uint32Array;
  private readonly times: Int32Array;
  private readonly durations: Int32Array;
  private readonly wakes: Int32Array;
  private readonly addresses: Int32Array;
  private readonly sources: Int32Array;
  private readonly lengths: Int32Array;
  private readonly modes: Int32Array;
  private readonly results: Int32Array;

  constructor(readonly batch: Batch) {
    const c = batch.columns;
    this.kind = c.kind;
    this.pid = c.pid;
    this.tid = c.tid;
    this.peer = c.peer;
    this.fd = c.fd;
    this.request = c.request;
    this.errno = c.errno;
    this.site = c.site;
    this.times = halves(c.timeNs);
    this.durations = halves(c.durationNs);
    this.wakes = halves(c.wokenNs);
    this.addresses = halves(c.address);
    this.sources = halves(c.source);
    this.lengths = halves(c.length);
    this.modes = halves(c.mode);
    this.results = halves(c.result);
  }

  timeNs(row: number): number {
    return signed(this.times, row);
  }

  durationNs(row: number): number {
    return signed(this.durations, row);
  }

  wokenNs(row: number): number {
    return signed(this.wakes, row);
  }

  address(row: number): number {
    return unsigned(this.addresses, row);
  }

  source(row: number): number {
    return unsigned(this.sources, row);
  }

  /** The low 16 bits of the address, and above them those of the source: what alignment shows in. */
  lowBits(row: number): number {
    return (((this.sources[2 * row] as number) & 0xffff) << 16) | ((this.addresses[2 * row] as number) & 0xffff);
  }

  /** Page number of the address; exact for any user address, also those above 2^53. */
  page(row: number, pageShift: number): number {
    const high = (this.addresses[2 * row + 1] as number) >>> 0;
    return high * (HIGH_PAGES[pageShift] as number) + ((this.addresses[2 * row] as number) >>> pageShift);
  }

  length(row: number): number {
    return unsigned(this.lengths, row);
  }

  mode(row: number): number {
    return unsigned(this.modes, row);
  }

  /** The low 32 bits of the mode, enough for its flags. */
  modeBits(row: number): number {
    return (this.modes[2 * row] as number) >>> 0;
  }

  result(row: number): number {
    return signed(this.results, row);
  }

  text(row: number): string | undefined {
    return this.batch.texts.get(row);
  }
}
