import { type ChildProcess, fork, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";

const root = join(__dirname, "../../..");
let folder: string;
let server: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fs-server-"));
  server = join(folder, "server.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["server/src/lsp/main.ts"],
    outfile: server,
    bundle: true,
    platform: "node",
    format: "cjs",
    define: { "import.meta.url": "__filename_url" },
    banner: { js: 'const __filename_url = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "error",
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const exitOf = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("exit", resolve));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process: that is the answer.
    return false;
  }
}

it("speaks over standard streams and exits clean", async () => {
  const child = spawn(process.execPath, [server, "--stdio"]);
  const client = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  client.listen();
  const answer: unknown = await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} });
  expect(answer).toMatchObject({ serverInfo: { name: "faultscope" } });
  await client.sendRequest("shutdown");
  const exited = exitOf(child);
  await client.sendNotification("exit");
  expect(await exited).toBe(0);
  client.dispose();
}, 30_000);

it("ends when its channel is closed without a word", async () => {
  const child = fork(server, ["--node-ipc"], { silent: true });
  child.send({
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { processId: null, rootUri: null, capabilities: {} },
  });
  await new Promise((resolve) => child.once("message", resolve));
  const exited = exitOf(child);
  child.disconnect();
  expect(await exited).toBe(1);
}, 30_000);

it("ends when the editor is killed", async () => {
  const source = `
    const server = require("node:child_process").fork(${JSON.stringify(server)}, ["--node-ipc"], { silent: true });
    server.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: { processId: process.pid, rootUri: null, capabilities: {} } });
    server.once("message", () => console.log(server.pid));`;
  const editor = spawn(process.execPath, ["-e", source]);
  const pid = await new Promise<number>((resolve) => editor.stdout.once("data", (text) => resolve(Number(text))));
  expect(isAlive(pid)).toBe(true);
  editor.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false);
}, 30_000);

it("says how it is started", async () => {
  const child = spawn(process.execPath, [server]);
  let words = "";
  child.stderr.on("data", (text) => {
    words += text;
  });
  expect(await exitOf(child)).toBe(2);
  expect(words).toBe("Start the Faultscope language server with --stdio or --node-ipc.\n");
}, 30_000);
