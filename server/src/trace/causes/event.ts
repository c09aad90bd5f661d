/** A row as attribution needs it, detached from its batch. */

export interface Event {
  readonly kind: number;
  readonly timeNs: number;
  readonly endNs: number;
  /** Of a fault: negative when no ioctl woke it. */
  readonly wokenNs: number;
  readonly pid: number;
  readonly tid: number;
  readonly peer: number;
  readonly fd: number;
  readonly request: number;
  readonly errno: number;
  readonly address: number;
  readonly source: number;
  readonly length: number;
  readonly mode: number;
  readonly result: number;
  readonly site: number;
  /** Low 16 bits of the address and, above them, of the source: exact also where the numbers are not. */
  readonly lowBits: number;
  /** Number of a failed call, under which it comes by again when it has ended; 0 for all others. */
  readonly failed: number;
}

/** Not a kind of row: a failed call has ended. */
export const FAILED_CALL_ENDED = 0;
