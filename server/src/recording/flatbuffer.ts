/**
 * The little of FlatBuffers that Arrow's IPC metadata needs, with every access checked: recordings are untrusted input,
 * and a damaged length must end in a RangeError, never in an endless loop. Layout: https://flatbuffers.dev/internals.
 */
export class Table {
  private readonly vtable: number;
  private readonly vtableSize: number;

  constructor(
    private readonly view: DataView,
    private readonly position: number,
  ) {
    this.vtable = position - view.getInt32(position, true);
    this.vtableSize = view.getUint16(this.vtable, true);
  }

  static root(view: DataView): Table {
    return new Table(view, view.getUint32(0, true));
  }

  /** Absolute position of field `index`, or 0 when it is absent. */
  private field(index: number): number {
    const slot = 4 + index * 2;
    if (slot + 2 > this.vtableSize) return 0;
    const offset = this.view.getUint16(this.vtable + slot, true);
    return offset === 0 ? 0 : this.position + offset;
  }

  private indirect(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  uint8(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.view.getUint8(at);
  }

  int32(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : this.view.getInt32(at, true);
  }

  int64(index: number): number {
    const at = this.field(index);
    return at === 0 ? 0 : safeInt64(this.view, at);
  }

  has(index: number): boolean {
    return this.field(index) !== 0;
  }

  table(index: number): Table | undefined {
    const at = this.field(index);
    return at === 0 ? undefined : new Table(this.view, this.indirect(at));
  }

  string(index: number): string | undefined {
    const at = this.field(index);
    if (at === 0) return undefined;
    const start = this.indirect(at);
    const length = this.checkedLength(start, 1);
    return new TextDecoder().decode(new Uint8Array(this.view.buffer, this.view.byteOffset + start + 4, length));
  }

  tables(index: number): Table[] {
    const at = this.field(index);
    if (at === 0) return [];
    const start = this.indirect(at);
    const length = this.checkedLength(start, 4);
    return Array.from({ length }, (_, i) => new Table(this.view, this.indirect(start + 4 + i * 4)));
  }

  /** A vector of structs of two int64: Arrow's FieldNode and Buffer. */
  pairs(index: number): (readonly [number, number])[] {
    const at = this.field(index);
    if (at === 0) return [];
    const start = this.indirect(at);
    const length = this.checkedLength(start, 16);
    return Array.from({ length }, (_, i) => {
      const pair = start + 4 + i * 16;
      return [safeInt64(this.view, pair), safeInt64(this.view, pair + 8)] as const;
    });
  }

  private checkedLength(start: number, elementBytes: number): number {
    const length = this.view.getUint32(start, true);
    if (start + 4 + length * elementBytes > this.view.byteLength) throw new RangeError("A vector leaves the metadata.");
    return length;
  }
}

function safeInt64(view: DataView, at: number): number {
  const value = Number(view.getBigInt64(at, true));
  if (!Number.isSafeInteger(value)) throw new RangeError("A 64-bit length is out of range.");
  return value;
}
