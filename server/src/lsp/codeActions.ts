/** Code actions: fixes that the analysis has seen to cure, and all safe ones at once. */
import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Connection,
  type Diagnostic as LspDiagnostic,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Fix } from "../fixes";
import { type Sources, sourcePath } from "./sources";
import { toRange } from "./toLsp";

const FIX_ALL = `${CodeActionKind.SourceFixAll}.faultscope`;

/** What the server announces in `initialize`. */
export const CODE_ACTION_PROVIDER = { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] };

/** Answers `textDocument/codeAction`. */
export function registerCodeActions(connection: Connection, sources: Sources): void {
  connection.onCodeAction(async (params, token) => {
    const only = params.context.only ?? [CodeActionKind.QuickFix];
    const wants = (kind: string): boolean => only.some((k) => k === "" || kind === k || kind.startsWith(`${k}.`));
    return [
      ...(wants(CodeActionKind.QuickFix) ? await quickFixes(sources, params, token) : []),
      ...(wants(FIX_ALL) ? await allSafe(sources, params.textDocument.uri, token) : []),
    ];
  });
}

async function quickFixes(sources: Sources, params: CodeActionParams, token: CancellationToken): Promise<CodeAction[]> {
  const { uri } = params.textDocument;
  const file = sourcePath(uri);
  const ours = params.context.diagnostics.filter((d) => d.source === "faultscope");
  const version = sources.host.documents.get(uri)?.version;
  if (file === undefined || version === undefined || ours.length === 0) return [];
  const answer = await sources.fixes(file, toRange(params.range), token);
  // What is typed meanwhile makes the offsets those of another text.
  if (answer.type !== "fixes" || sources.host.documents.get(uri)?.getText() !== answer.text) return [];
  const document = TextDocument.create(uri, "", version, answer.text);
  const preferred = new Set<LspDiagnostic>();
  return answer.fixes.flatMap((fix): CodeAction[] => {
    const diagnostic = ours.find((d) => d.code === fix.diagnostic.code && startsAt(d, fix));
    if (!diagnostic) return [];
    const isPreferred = fix.kind !== "suppress" && !preferred.has(diagnostic);
    preferred.add(diagnostic);
    return [
      {
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        isPreferred,
        edit: editOf(sources, document, fix.changes),
      },
    ];
  });
}

async function allSafe(sources: Sources, uri: string, token: CancellationToken): Promise<CodeAction[]> {
  const file = sourcePath(uri);
  const document = sources.host.documents.get(uri);
  if (file === undefined || !document) return [];
  const before = document.getText();
  const answer = await sources.fixAll(file, token);
  if (answer.type !== "fixed" || document.getText() !== before || answer.text === before) return [];
  const { start, end, text } = difference(before, answer.text);
  const edit = editOf(sources, document, [{ start, end, text }]);
  return [{ title: "Apply every Faultscope fix that is safe", kind: FIX_ALL, edit }];
}

const startsAt = (d: LspDiagnostic, { diagnostic: { range } }: Fix): boolean =>
  d.range.start.line === range.start.line && d.range.start.character === range.start.column;

function editOf(sources: Sources, document: TextDocument, changes: Fix["changes"]): WorkspaceEdit {
  const edits = changes.map(({ start, end, text }) => ({
    range: { start: document.positionAt(start), end: document.positionAt(end) },
    newText: text,
  }));
  const { uri } = document;
  const version = sources.host.documents.get(uri)?.version ?? null;
  return { documentChanges: [{ textDocument: { uri, version }, edits }] };
}

/** The smallest single change that turns one text into the other. */
function difference(before: string, after: string): { start: number; end: number; text: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
