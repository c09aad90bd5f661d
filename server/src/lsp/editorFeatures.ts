/** What the editor at the other end can do and has open, as it said in `initialize`. */
import {
  type ClientCapabilities,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
} from "vscode-languageserver";

export class EditorFeatures {
  #workspace: ClientCapabilities["workspace"];
  #roots: readonly string[] = [];

  constructor(readonly connection: Connection) {}

  initialize(params: InitializeParams): void {
    this.#workspace = params.capabilities.workspace;
    const { rootUri } = params;
    this.#roots = params.workspaceFolders?.map((f) => f.uri) ?? (rootUri ? [rootUri] : []);
  }

  /** Asks for word of changed settings, where that has to be asked for. */
  async initialized(): Promise<void> {
    if (!this.#workspace?.didChangeConfiguration?.dynamicRegistration) return;
    await this.connection.client.register(DidChangeConfigurationNotification.type, { section: "faultscope" });
  }

  /** Asks the editor to ask for diagnostics again, where it understands that. */
  refreshDiagnostics(): void {
    if (!this.#workspace?.diagnostics?.refreshSupport) return;
    this.connection.languages.diagnostics
      .refresh()
      .catch((error: unknown) => this.connection.console.warn(`Refresh: ${String(error)}`));
  }

  /** A setting as it is for a file; undefined when the editor cannot be asked. */
  async configuration(uri: string, section: string): Promise<unknown> {
    if (!this.#workspace?.configuration) return undefined;
    return this.connection.workspace.getConfiguration({ scopeUri: uri, section });
  }

  /** Addresses of the folders that are open now. */
  async folders(): Promise<readonly string[]> {
    if (!this.#workspace?.workspaceFolders) return this.#roots;
    return (await this.connection.workspace.getWorkspaceFolders())?.map((f) => f.uri) ?? [];
  }
}
