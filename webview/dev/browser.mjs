// Chromium over its debugging pipe: no port, no dependency.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--remote-debugging-pipe",
];

/** Starts the browser. `send(method, params, sessionId)` answers with the result; `on(listener)` hears every event. */
export function startBrowser(path = process.env.CHROMIUM ?? "/usr/bin/chromium") {
  const profile = mkdtempSync(join(tmpdir(), "faultscope-chromium-"));
  const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`], {
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
  });
  const [, , , input, output] = child.stdio;
  const waiting = new Map();
  const listeners = [];
  let next = 1;
  let rest = "";
  output.setEncoding("utf8");
  output.on("data", (chunk) => {
    const parts = (rest + chunk).split("\0");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const message = JSON.parse(part);
      const answer = waiting.get(message.id);
      if (answer === undefined) for (const listener of listeners) listener(message);
      else if (message.error === undefined) answer.resolve(message.result);
      else answer.reject(new Error(`${answer.method}: ${message.error.message}`));
      waiting.delete(message.id);
    }
  });
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject, method });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  const close = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await send("Browser.close").catch(() => child.kill());
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { send, close, on: (listener) => listeners.push(listener) };
}

/** A page with an expression evaluator and screenshots; uncaught errors and console errors land in `problems`. */
export async function openPage(browser, url, { width, height, scale = 1 }) {
  const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await browser.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method, params) => browser.send(method, params, sessionId);
  const problems = [];
  let loaded;
  const load = new Promise((resolve) => {
    loaded = resolve;
  });
  browser.on((message) => {
    if (message.sessionId !== sessionId) return;
    if (message.method === "Page.loadEventFired") loaded();
    if (message.method === "Runtime.exceptionThrown")
      problems.push(message.params.exceptionDetails.exception?.description);
    if (message.method === "Log.entryAdded" && message.params.entry.level !== "info")
      problems.push(message.params.entry.text);
  });
  await Promise.all([send("Page.enable"), send("Runtime.enable"), send("Log.enable")]);
  const resize = (size) =>
    send("Emulation.setDeviceMetricsOverride", {
      width: size.width,
      height: size.height,
      deviceScaleFactor: size.scale ?? 1,
      mobile: false,
    });
  await resize({ width, height, scale });
  await send("Page.navigate", { url });
  await load;
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  const screenshot = async () => Buffer.from((await send("Page.captureScreenshot", { format: "png" })).data, "base64");
  return {
    send,
    evaluate,
    screenshot,
    resize,
    problems,
    close: () => browser.send("Target.closeTarget", { targetId }),
  };
}
