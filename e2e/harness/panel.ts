import type { Frame, Locator, Page } from "playwright-core";
import { until } from "./until.ts";
import { webviewFrame } from "./webview.ts";

/** Faultscope's own page, as a user sees it: header, charts, tables. */
export class Panel {
  private constructor(
    readonly page: Page,
    private readonly frame: Frame,
  ) {}

  /** Finds the page; `screen` waits until it shows that screen (`overview`, `ready`, `failed`, …). */
  static async find(page: Page, screen = "overview", timeoutMs = 60_000): Promise<Panel> {
    const frame = await webviewFrame(page, `main[data-screen=${screen}]`, timeoutMs);
    return new Panel(page, frame);
  }

  /** Resolves when nothing is left to draw. */
  async idle(): Promise<void> {
    await this.frame.evaluate("window.faultscopeIdle()");
  }

  /** The word of the header: Recording, Recorded, … */
  get state(): Locator {
    return this.frame.getByRole("status").first();
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole("button", { name }).first();
  }

  table(caption: string): Locator {
    return this.frame.getByRole("table", { name: caption });
  }

  chart(title: string | RegExp): Locator {
    return this.frame.getByRole("region", { name: title }).first();
  }

  get text(): Locator {
    return this.frame.locator("body");
  }

  /** Rows of a table as texts, head first; thin and no-break spaces become plain ones. */
  async rows(caption: string): Promise<string[][]> {
    const rows = await this.table(caption).getByRole("row").all();
    return Promise.all(
      rows.map(async (row) =>
        (await row.locator("th, td").allTextContents()).map((text) =>
          text.replace(/[\u00a0\u2009\u202f]/g, " ").trim(),
        ),
      ),
    );
  }

  /** Calls and failures by op, read from the page's own table of ioctls. */
  async ioctls(): Promise<Record<string, { readonly calls: number; readonly failed: number }>> {
    const [head = [], ...rows] = await this.rows("Ioctls");
    const column = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? "";
    const number = (text: string): number => Number(text.replace(/[^\d]/g, ""));
    return Object.fromEntries(
      rows.map((row) => [
        column(row, "Op"),
        { calls: number(column(row, "Calls")), failed: number(column(row, "Failed")) },
      ]),
    );
  }

  /** Picture of a chart's canvas, to see whether it changed. */
  async pixels(title: string | RegExp): Promise<string> {
    const canvas = this.chart(title).locator("canvas").first();
    await canvas.waitFor();
    return canvas.evaluate((element) => (element instanceof HTMLCanvasElement ? element.toDataURL() : ""));
  }

  /** Waits until the number of ioctls the page shows has grown past `calls`. */
  async waitForCalls(op: string, calls: number): Promise<void> {
    await until(`the panel shows more than ${calls} calls of ${op}`, async () => {
      return ((await this.ioctls())[op]?.calls ?? 0) > calls;
    });
  }
}
