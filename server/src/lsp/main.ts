/** Entry of the language server: finds the bundled parts, opens the transport, and listens. */
import { join } from "node:path";
import { createConnection, ProposedFeatures } from "vscode-languageserver";
import { createProtocolConnection } from "vscode-languageserver/node";
import { examine } from "../record/doctor";
import { listTargets } from "../record/targets";
import { createRecorder } from "../session/createRecorder";
import { VERSION } from "../session/version";
import { Lifetime } from "./lifetime";
import { processHost, surviveClosedPipes } from "./processHost";
import { registerServer } from "./server";
import { openTransport } from "./transport";

/** VS Code grants its extensions about five seconds; a recording is complete within one. */
const GRACE_MS = 10_000;

const native = join(__dirname, "native");
const transport = openTransport(process.argv, process);
if (typeof transport === "string") {
  process.stderr.write(`${transport}\n`);
  process.exit(2);
}
const { reader, writer } = transport;
const lifetime = new Lifetime(processHost, () => server.dispose(), GRACE_MS);
const connection = createConnection(
  (logger) => createProtocolConnection(reader, writer, logger),
  lifetime,
  ProposedFeatures.all,
);
const server = registerServer(connection, {
  version: VERSION,
  machine: { listTargets, examine: (probeCommand) => examine(native, probeCommand) },
  createRecorder: ({ probeCommand: probe }) =>
    createRecorder({ worker: join(__dirname, "recorder.cjs"), native, ...(probe.length > 0 ? { probe } : {}) }),
  analysisWorker: join(__dirname, "analysis.cjs"),
});

reader.onClose(() => lifetime.end("the editor closed the connection"));
process.once("disconnect", () => lifetime.end("the editor closed the connection"));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.once(signal, () => lifetime.end(`${signal} was received`));
}
surviveClosedPipes();
// Nobody expected these. The recording is completed, then the editor starts a server in a known state.
process.on("uncaughtException", (error) => {
  processHost.log(error.stack ?? String(error));
  lifetime.end("of an unexpected error");
});
connection.listen();
