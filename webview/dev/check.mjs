#!/usr/bin/env node
// The page's behaviour in a real browser, without an editor: keys, focus, messages, gaps, themes.
//   node webview/dev/check.mjs
import { openPage, startBrowser } from "./browser.mjs";
import { servePage } from "./serve.mjs";

const server = await servePage();
const browser = startBrowser();
let failed = 0;

async function check(name, scene, body, size = { width: 1400, height: 860 }) {
  const page = await openPage(browser, `${server.url}?theme=dark`, size);
  await page.evaluate(`harness.show(${JSON.stringify(scene)})`);
  const key = async (text, shift = false) => {
    const event = {
      key: text,
      modifiers: shift ? 8 : 0,
      ...(text.length === 1 ? { text } : text === "Enter" ? { text: "\r" } : {}),
      code: "",
      windowsVirtualKeyCode: CODES[text] ?? 0,
    };
    await page.send("Input.dispatchKeyEvent", { type: "keyDown", ...event });
    await page.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    await page.evaluate(`harness.show("")`);
  };
  const equal = async (expression, wanted) => {
    const got = JSON.stringify(await page.evaluate(expression));
    if (got !== JSON.stringify(wanted)) throw new Error(`${expression}: ${got}, wanted ${JSON.stringify(wanted)}`);
  };
  try {
    await body({ ...page, key, equal });
    if (page.problems.length > 0) throw new Error(page.problems.join(" | "));
    console.log(`ok      ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error.message}`);
  }
  await page.close();
}

const CODES = { Tab: 9, Enter: 13, Escape: 27, End: 35, Home: 36, ArrowLeft: 37, ArrowRight: 39, ArrowDown: 40 };
const focus = (selector) => `document.querySelector(${JSON.stringify(selector)}).focus()`;
const last = "harness.sent.at(-1)";

await check("asks for a snapshot when it is loaded", "loading", async ({ equal }) => {
  await equal("harness.sent", [{ type: "ready" }]);
});

await check("asks again once, when a frame is missing", "recording", async ({ evaluate, equal }) => {
  await evaluate("harness.live(2)");
  await equal("harness.sent.length", 1);
  await evaluate("harness.live(7)");
  await evaluate("harness.live(9)");
  await equal("harness.sent", [{ type: "ready" }, { type: "ready" }]);
});

await check(
  "T swaps the chart for its table and keeps the focus; the choice is stored",
  "recording",
  async ({ evaluate, equal, key }) => {
    await evaluate(focus(".chart-latency .plot"));
    await key("t");
    await equal("document.activeElement.className", "twin");
    await equal("document.querySelector('.chart-latency .plot').hidden", true);
    await equal("document.querySelectorAll('.chart-latency tbody tr').length > 200", true);
    await equal("harness.stored().twins", ["latency"]);
    await key("c");
    await equal(`${last}.type + ${last}.text.split('\\n')[0]`, "copyFrom\tCalls\tp50\tp99\tmax\tLost");
    await key("t");
    await equal("document.activeElement.className", "plot");
  },
);

await check("keys of a chart: op, cursor, finding, stop", "recording", async ({ evaluate, equal, key }) => {
  await evaluate(focus(".chart-latency .plot"));
  await key("o");
  await equal("document.querySelector('.op input:checked').value", "COPY");
  await equal("document.querySelector('[data-figure=p50] dt').textContent", "COPY p50");
  await key("ArrowLeft");
  await equal("document.querySelector('.chart-latency .cursor').hidden", false);
  await equal("document.querySelector('.chart-errors .cursor').hidden", false);
  await key("Escape");
  await equal("document.querySelector('.chart-latency .cursor').hidden", true);
  await key("1");
  await equal(last, { type: "reveal", file: "/home/dev/compactor/src/gc.c", line: 131 });
  await key("r");
  await equal(last, { type: "command", command: "stop" });
});

await check("letters do nothing while no chart has focus", "recording", async ({ evaluate, equal, key }) => {
  await evaluate("document.querySelector('.state .button').focus()");
  for (const letter of ["r", "t", "o", "1"]) await key(letter);
  await equal("harness.sent.length", 1);
});

await check(
  "a call site opens its line by Enter and by a click anywhere in its row; J goes down",
  "recording",
  async ({ evaluate, equal, key, send }) => {
    await evaluate(focus(".block-sites tbody button"));
    await key("j");
    await key("Enter");
    await equal(last, { type: "reveal", file: "/home/dev/compactor/src/gc.c", line: 164 });
    const at = await evaluate(
      "(() => { const r = document.querySelectorAll('.block-sites tbody tr')[2]; r.scrollIntoView({block: 'center'}); const b = r.lastElementChild.getBoundingClientRect(); return { x: b.x + 5, y: b.y + 5 }; })()",
    );
    const mouse = { ...at, button: "left", clickCount: 1 };
    await send("Input.dispatchMouseEvent", { type: "mousePressed", ...mouse });
    await send("Input.dispatchMouseEvent", { type: "mouseReleased", ...mouse });
    await equal(last, { type: "reveal", file: "/home/dev/compactor/src/handler.c", line: 77 });
  },
);

await check("focus in a table survives frames", "recording", async ({ evaluate, equal }) => {
  await evaluate(focus(".block-sites tbody button"));
  for (const sequence of [2, 3, 4]) await evaluate(`harness.live(${sequence})`);
  await equal("document.activeElement.textContent", "gc.c:131");
});

await check("? lists the keys and gives the focus back", "recording", async ({ evaluate, equal, key }) => {
  await evaluate(focus(".chart-latency .plot"));
  await key("?");
  await equal("document.querySelector('dialog').open", true);
  await equal("document.activeElement.textContent", "Close");
  await key("Escape");
  await equal("document.querySelector('dialog').open", false);
  await equal("document.activeElement.className", "plot");
});

await check("another theme changes the charts", "recording", async ({ evaluate, equal }) => {
  const pixels = "document.querySelector('.chart-errors canvas').toDataURL()";
  const dark = await evaluate(pixels);
  await evaluate(
    "document.documentElement.dataset.theme = 'light'; document.body.className = 'vscode-light'; harness.show('')",
  );
  if ((await evaluate(pixels)) === dark) throw new Error("the errors chart kept its colours");
  await equal("document.body.dataset.idle", "true");
});

await check("the ready view attaches and looks again", "ready", async ({ evaluate, equal }) => {
  await evaluate("document.querySelector('.button.primary').click()");
  await equal(last, { type: "attachTo", pid: 3390 });
  await evaluate("document.querySelectorAll('tbody button')[1].click()");
  await equal(last, { type: "attachTo", pid: 41207 });
});

await check("a failure offers its command", "failed", async ({ evaluate, equal }) => {
  await evaluate("document.querySelector('.button.primary').click()");
  await equal(last, { type: "copy", text: "sudo setcap cap_bpf,cap_perfmon=ep /usr/lib/faultscope/faultscope-probe" });
});

await check("foreign text is text", "hostile", async ({ equal }) => {
  await equal("document.querySelectorAll('#app img, #app script').length", 0);
  await equal("document.querySelector('.subject').textContent.includes('\\u202e')", false);
});

await browser.close();
server.close();
console.log(failed === 0 ? "all passed" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
