/** Entry of the recorder's worker thread: answers the main thread's requests with the one session it holds. */
import { parentPort, workerData } from "node:worker_threads";
import { loadAddon } from "../record/nativeParts";
import type { Reply, Request, WorkerData } from "./messages";
import { SessionKeeper } from "./sessionKeeper";
import { makeResolver } from "./siteResolver";

const port = parentPort;
if (!port) throw new Error("The recorder runs as a worker thread only.");
const send = (reply: Reply): void => port.postMessage(reply);
const keeper = new SessionKeeper({ paths: workerData as WorkerData, loadAddon, makeResolver }, send);

port.on("message", async (request: Request) => {
  try {
    send({ type: "reply", id: request.id, result: await keeper.answer(request) });
  } catch (error) {
    send({ type: "error", id: request.id, message: error instanceof Error ? error.message : String(error) });
  }
});
