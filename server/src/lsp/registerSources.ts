/** Wires what the server does for sources: diagnostics, fixes, hovers, completions, settings, the workspace check. */
import type { Connection, TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { registerCodeActions } from "./codeActions";
import { registerCompletion } from "./completion";
import { registerDiagnostics } from "./diagnostics";
import type { EditorFeatures } from "./editorFeatures";
import { registerHover } from "./hover";
import { RULES_SECTION, Rules } from "./rules";
import { Sources } from "./sources";
import { WorkspaceCheck } from "./workspaceCheck";

export function registerSources(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  editor: EditorFeatures,
  workerFile: string,
): { dispose(): Promise<void> } {
  const warn = (message: string): void => connection.console.warn(message);
  const sources = new Sources({ documents, workerFile, warn });
  const rules = new Rules({ warn, configuration: (uri) => editor.configuration(uri, RULES_SECTION) });
  const refresh = (): void => editor.refreshDiagnostics();
  const check = new WorkspaceCheck(connection, { sources, rules, refresh, folders: () => editor.folders() });

  registerDiagnostics(connection, { sources, rules, refresh });
  check.register();
  registerCodeActions(connection, sources);
  registerHover(connection, documents);
  registerCompletion(connection, documents);
  connection.onInitialized(() => {
    editor.initialized().catch((error: unknown) => warn(`Registering for settings: ${String(error)}`));
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    rules.environmentChanged(settings?.faultscope?.rules);
    check.rulesChanged().catch((error: unknown) => warn(`Applying settings: ${String(error)}`));
    refresh();
  });
  return { dispose: () => sources.dispose() };
}
