import { describe, expect, it } from "vitest";
import type { HostToWebview } from "#protocol/panel";
import { PageFeed } from "./pageFeed";

const frame = (sequence: number) => ({ type: "frame", frame: { sequence } }) as unknown as HostToWebview;
const snapshot = { type: "snapshot", state: { phase: "idle" }, frame: null, targets: [] } as const;
const idle = { type: "state", state: { phase: "idle" } } as const;

/** A page that takes a message only when told to. */
function slowPage() {
  const got: HostToWebview[] = [];
  const pending: ((delivered: boolean) => void)[] = [];
  const post = (message: HostToWebview) => {
    got.push(message);
    return new Promise<boolean>((resolve) => pending.push(resolve));
  };
  const take = async (delivered = true) => {
    pending.shift()?.(delivered);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { got, post, take };
}

describe("PageFeed", () => {
  it("keeps only the newest frame while one is under way", async () => {
    const page = slowPage();
    const feed = new PageFeed(page.post);
    for (const n of [1, 2, 3, 4]) feed.send(frame(n));
    await page.take();
    await page.take();
    expect(page.got).toEqual([frame(1), frame(4)]);
  });

  it("never drops a state for a frame, and a snapshot replaces both", async () => {
    const page = slowPage();
    const feed = new PageFeed(page.post);
    feed.send(frame(1));
    feed.send(frame(2));
    feed.send(idle);
    await page.take();
    feed.send(frame(3));
    await page.take();
    feed.send(idle);
    feed.send(snapshot);
    await page.take();
    await page.take();
    expect(page.got).toEqual([frame(1), idle, frame(3), snapshot]);
  });

  it("forgets what waits when the page has gone, and goes on when it is back", async () => {
    const page = slowPage();
    const feed = new PageFeed(page.post);
    feed.send(frame(1));
    feed.send(frame(2));
    await page.take(false);
    expect(page.got).toEqual([frame(1)]);
    feed.send(snapshot);
    await page.take();
    expect(page.got).toEqual([frame(1), snapshot]);
  });
});
