/** What pages need of the extension; the extension's one object is such. It makes the pages, they do not know it. */
import type * as vscode from "vscode";
import type { LanguageServer } from "../languageServer/languageServer";
import type { SessionMirror } from "../model/sessionMirror";

export interface PageApp {
  readonly extension: Pick<vscode.ExtensionContext, "extensionUri">;
  readonly log: Pick<vscode.LogOutputChannel, "warn">;
  readonly session: SessionMirror;
  readonly server: Pick<LanguageServer, "request" | "health" | "onHealth" | "tellVisible">;
  /** `isShown`: true while a page that follows the session can be seen. */
  readonly pages: { readonly isShown: boolean };
  /** Runs what nobody waits for; a failure is logged and shown. */
  background(what: string, work: PromiseLike<unknown>): void;
}
