import type { Frame, Page } from "playwright-core";
import { until } from "./until.ts";

/** Finds the webview's own frame (three deep) by an element only our page has. */
export async function webviewFrame(page: Page, marker: string, timeoutMs = 60_000): Promise<Frame> {
  return until(
    `a webview shows ${marker}`,
    async () => {
      for (const frame of page.frames()) {
        if (frame.isDetached() || !frame.url().includes("fake.html")) continue;
        if ((await frame.locator(marker).count()) > 0) return frame;
      }
      return undefined;
    },
    timeoutMs,
  );
}
