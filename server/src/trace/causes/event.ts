/** A row as attribution needs it, detached from its batch, and put into the order in which things happened. */
import type { BatchView } from "../batchView";

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
}

export function eventOf(view: BatchView, row: number): Event {
  const timeNs = view.timeNs(row);
  return {
    kind: view.kind[row] as number,
    timeNs,
    endNs: timeNs + view.durationNs(row),
    wokenNs: view.wokenNs(row),
    pid: view.pid[row] as number,
    tid: view.tid[row] as number,
    peer: view.peer[row] as number,
    fd: view.fd[row] as number,
    request: view.request[row] as number,
    errno: view.errno[row] as number,
    address: view.address(row),
    source: view.source(row),
    length: view.length(row),
    mode: view.mode(row),
    result: view.result(row),
    site: view.site[row] as number,
    lowBits: view.lowBits(row),
  };
}
