#!/usr/bin/env node
// Pictures of every state, theme and size, to be looked at:
//   node webview/dev/shoot.mjs OUT [scene…]      all pictures, or only those scenes
//   node webview/dev/shoot.mjs --measure         milliseconds a frame
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPage, startBrowser } from "./browser.mjs";
import { servePage } from "./serve.mjs";

const SIZES = {
  editor: { width: 1400, height: 860 },
  panel: { width: 1400, height: 264 },
  sidebar: { width: 1020, height: 270 },
  tab: { width: 1000, height: 760 },
  narrow: { width: 700, height: 860 },
  zoomed: { width: 700, height: 430, scale: 2 },
};
const THEMES = ["dark", "light", "high-contrast"];
const STATES = [
  "loading",
  "ready",
  "readyNone",
  "starting",
  "silent",
  "opening",
  "empty",
  "failed",
  "lost",
  "healthy",
  "hostile",
];
const SHOTS = [
  ...THEMES.flatMap((theme) => Object.keys(SIZES).map((size) => ({ scene: "recording", theme, size }))),
  ...STATES.map((scene) => ({ scene, theme: "dark", size: "editor" })),
  ...["ready", "failed", "silent", "lost", "healthy"].map((scene) => ({ scene, theme: "dark", size: "panel" })),
  { scene: "recorded", theme: "light", size: "editor" },
  { scene: "lost", theme: "high-contrast", size: "editor" },
  { scene: "recording", theme: "dark", size: "editor", font: "fallback" },
  { scene: "recording", theme: "dark", size: "panel", font: "fallback" },
  { scene: "recording", theme: "dark", size: "editor", name: "bottom", run: SCROLL },
  { scene: "recording", theme: "dark", size: "panel", name: "below", run: SCROLL },
  { scene: "recording", theme: "dark", size: "editor", name: "twins", run: TWINS },
  { scene: "recording", theme: "dark", size: "editor", name: "cursor", run: CURSOR },
  { scene: "recording", theme: "dark", size: "sidebar", name: "cursor", run: CURSOR },
  { scene: "recording", theme: "light", size: "editor", name: "help", run: HELP },
];

function SCROLL() {
  document.querySelector(".content").scrollTop = 1e6;
}
function TWINS() {
  for (const toggle of document.querySelectorAll(".button.quiet")) toggle.click();
}
function CURSOR() {
  const plot = document.querySelector(".plot");
  plot.focus();
  for (const key of ["ArrowLeft", ...Array(8).fill("ArrowLeft")]) {
    plot.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey: true, bubbles: true }));
  }
}
function HELP() {
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }));
}

async function shoot(browser, base, out, shot) {
  const { scene, theme, size, font = "", name = "", run } = shot;
  const page = await openPage(browser, `${base}?theme=${theme}&font=${font}`, SIZES[size]);
  await page.evaluate(`harness.show(${JSON.stringify(scene)})`);
  if (run !== undefined) await page.evaluate(`(${run})(); harness.show("")`);
  const file = join(out, `${[scene, theme, size, font, name].filter((part) => part !== "").join("-")}.png`);
  writeFileSync(file, await page.screenshot());
  const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  const notes = [...page.problems, ...(overflow > 0 ? [`${overflow} px wider than the window`] : [])];
  console.log(file, notes.length === 0 ? "ok" : notes.join(" | "));
  await page.close();
  return notes.length;
}

async function measure(browser, base) {
  for (const [size, prepare] of [["editor"], ["panel"], ["editor", TWINS]]) {
    const page = await openPage(browser, `${base}?theme=dark`, SIZES[size]);
    await page.evaluate(`harness.show("recording")`);
    if (prepare !== undefined) await page.evaluate(`(${prepare})(); harness.show("")`);
    await page.evaluate("harness.measure(30)");
    const times = (await page.evaluate("harness.measure(200)")).sort((a, b) => a - b);
    const at = (share) => times[Math.floor(times.length * share)].toFixed(2);
    const what = prepare === undefined ? "charts" : "tables in their place";
    console.log(`${size}, ${what}: ms a frame, 5 ops × 240 buckets: p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(0.999)}`);
    await page.close();
  }
  return 0;
}

const [first, ...scenes] = process.argv.slice(2);
if (first === undefined) {
  console.error("Usage: node webview/dev/shoot.mjs OUT [scene…] | --measure");
  process.exit(2);
}
const server = await servePage();
const browser = startBrowser();
let problems = 0;
try {
  if (first === "--measure") problems = await measure(browser, server.url);
  else {
    mkdirSync(first, { recursive: true });
    for (const shot of SHOTS) {
      if (scenes.length === 0 || scenes.includes(shot.scene)) problems += await shoot(browser, server.url, first, shot);
    }
  }
} finally {
  await browser.close();
  server.close();
}
process.exit(problems === 0 ? 0 : 1);
