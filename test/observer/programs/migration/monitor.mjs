// A client of QEMU's machine protocol: one question at a time, answered by a line of JSON.
import { createConnection } from "node:net";
import { createInterface } from "node:readline";

const POLL_MS = 20;
export const later = () => new Promise((done) => setTimeout(done, POLL_MS));

function open(path) {
  return new Promise((opened, refused) => {
    const socket = createConnection(path, () => opened(socket));
    socket.once("error", refused);
  });
}

export class Monitor {
  waiting = [];

  constructor(socket) {
    this.socket = socket;
    const lines = createInterface({ input: socket });
    // "quit" ends the connection, sometimes before the answer is out.
    for (const each of [socket, lines]) each.on("error", () => undefined);
    lines.on("line", (line) => {
      const answer = JSON.parse(line);
      if ("return" in answer || "error" in answer) this.waiting.shift()?.(answer);
    });
  }

  /** Connects as soon as QEMU listens, while `alive` says that it lives. */
  static async connect(path, alive) {
    for (;;) {
      try {
        const monitor = new Monitor(await open(path));
        await monitor.ask("qmp_capabilities");
        return monitor;
      } catch (error) {
        if (!alive()) throw error;
        await later();
      }
    }
  }

  async ask(execute, args = {}) {
    const answered = new Promise((done) => this.waiting.push(done));
    this.socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    const { return: value, error } = await answered;
    if (error) throw new Error(`${execute}: ${error.desc}`);
    return value;
  }

  /** Waits until the migration has a status, and what else is asked of it. */
  async until(wanted, limitMs, further = () => true) {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const status = await this.ask("query-migrate");
      if (status.status === wanted && further(status)) return status;
      if (status.status === "failed") throw new Error(`The migration failed: ${status["error-desc"] ?? "no reason"}.`);
      if (Date.now() > deadline) throw new Error(`The migration is ${status.status} and not ${wanted}.`);
      await later();
    }
  }
}
