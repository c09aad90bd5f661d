/** Entry of the analysis thread: answers one request after the other. */
import { parentPort } from "node:worker_threads";
import type { AnalysisReply, AnalysisRequest } from "./messages";
import { Programs } from "./programs";

const port = parentPort;
if (!port) throw new Error("The analysis runs as a worker thread only.");
const send = (reply: AnalysisReply): void => port.postMessage(reply);
const programs = new Programs({ warn: (message) => send({ type: "warning", message }), progress: send });

port.on("message", async (request: AnalysisRequest) => {
  try {
    send(await programs.answer(request));
  } catch (error) {
    send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
