import { describe, expect, it } from "vitest";
import type { Batch } from "../recording/batch";
import { BATCH_ROWS, EventKind } from "../recording/schema";
import { Feed } from "./feed";

/** A sink that remembers the times of the rows it got. */
function collector() {
  const times: number[] = [];
  const add = ({ columns, from, to }: Batch): void => {
    for (let row = from; row < to; row++) times.push(Number(columns.timeNs[row]));
  };
  return { times, add };
}

function fill(feed: Feed, from: number, rows: number): void {
  for (let n = 0; n < rows; n++) {
    if (feed.current.full) feed.next();
    feed.current.push({ kind: EventKind.Ioctl, timeNs: from + n });
  }
}

describe("Feed", () => {
  it("gives every row once and in order, however little time it is given", () => {
    const sink = collector();
    const feed = new Feed(sink);
    const rows = BATCH_ROWS * 3 + 100;
    fill(feed, 0, rows);
    for (let n = 0; feed.behind; n++) {
      feed.feed(0);
      if (n === 2) fill(feed, rows, 10);
    }
    expect(sink.times).toEqual(Array.from({ length: rows + 10 }, (_, n) => n));
  });

  it("takes rows of a batch that is still being filled, and the rest of it later", () => {
    const sink = collector();
    const feed = new Feed(sink);
    fill(feed, 0, 5);
    feed.feed(Number.POSITIVE_INFINITY);
    expect([sink.times.length, feed.behind]).toEqual([5, false]);
    fill(feed, 5, 5);
    feed.next();
    feed.feed(Number.POSITIVE_INFINITY);
    expect(sink.times).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("does not grow without end: beyond its limit aggregating goes first", () => {
    const sink = collector();
    const feed = new Feed(sink);
    for (let n = 0; n < 200; n++) {
      fill(feed, n * 2, 2);
      feed.next();
    }
    expect(sink.times.length).toBeGreaterThanOrEqual((200 - 128) * 2);
    feed.feed(Number.POSITIVE_INFINITY);
    expect(sink.times).toEqual(Array.from({ length: 400 }, (_, n) => n));
  });
});
