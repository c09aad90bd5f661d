/** What the server says it can do. Pull diagnostics are announced by the diagnostics room when it registers. */
import { type InitializeResult, TextDocumentSyncKind } from "vscode-languageserver";
import { PROTOCOL_VERSION } from "#protocol/messages";

/** Result of `initialize`; features add their own part. */
export function initializeResult(version: string): InitializeResult {
  return {
    serverInfo: { name: "faultscope", version },
    capabilities: {
      positionEncoding: "utf-16",
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      diagnosticProvider: {
        identifier: "faultscope",
        interFileDependencies: false,
        workspaceDiagnostics: false,
      },
      experimental: { faultscope: { protocolVersion: PROTOCOL_VERSION } },
    },
  };
}
