/** What the server says it can do. */
import { type InitializeResult, TextDocumentSyncKind } from "vscode-languageserver";
import { PROTOCOL_VERSION } from "#protocol/messages";
import { CODE_ACTION_PROVIDER } from "./codeActions";
import { COMPLETION_PROVIDER } from "./completion";
import { DIAGNOSTIC_PROVIDER } from "./diagnostics";

/** Result of `initialize`. */
export function initializeResult(version: string): InitializeResult {
  return {
    serverInfo: { name: "faultscope", version },
    capabilities: {
      positionEncoding: "utf-16",
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      diagnosticProvider: DIAGNOSTIC_PROVIDER,
      codeActionProvider: CODE_ACTION_PROVIDER,
      hoverProvider: true,
      completionProvider: COMPLETION_PROVIDER,
      workspace: { workspaceFolders: { supported: true } },
      experimental: { faultscope: { protocolVersion: PROTOCOL_VERSION } },
    },
  };
}
