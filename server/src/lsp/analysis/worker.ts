/** Entry of the analysis thread: answers one request after the other. */
import { parentPort } from "node:worker_threads";
import { FolderAnalysis } from "./folderAnalysis";
import type { AnalysisReply, AnalysisRequest } from "./messages";

const port = parentPort;
if (!port) throw new Error("The analysis runs as a worker thread only.");
const send = (reply: AnalysisReply): void => port.postMessage(reply);
const analysis = new FolderAnalysis((message) => send({ type: "warning", message }));

port.on("message", async (request: AnalysisRequest) => {
  try {
    send({ type: "found", diagnostics: await analysis.diagnose(request) });
  } catch (error) {
    send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
