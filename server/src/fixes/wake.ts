/** Wakes who waits for a page: after an EEXIST that is taken for success, and after DONTWAKE. */
import type { Node } from "web-tree-sitter";
import { type Call, callAt } from "./call";
import { all, functionOf, named, type Source, statementOf } from "./source";
import type { Candidate, Proposer, TextChange } from "./types";

export const wakeOnEexist: Proposer = (source, diagnostic) => {
  const call = callAt(source, diagnostic);
  const wake = call && wakeStatement(call);
  if (!wake) return [];
  const lines = [source.comment("EEXIST wakes nobody: whoever faulted before the page was placed still waits."), wake];
  return places(source, call, lines).map(
    (change): Candidate => ({
      title: `Call UFFDIO_WAKE on EEXIST: the kernel wakes nobody then${call.where}`,
      changes: [change],
      safe: true,
      kind: "wake",
    }),
  );
};

export const wakeAfterwards: Proposer = (source, diagnostic) => {
  const call = callAt(source, diagnostic);
  const wake = call && wakeStatement(call);
  const statement = call && statementOf(call.node);
  if (!wake || !statement) return [];
  const lines = [source.comment("Placed with DONTWAKE: whoever waits for the page is woken here."), wake];
  const title = `Call UFFDIO_WAKE afterwards: DONTWAKE leaves the waiters asleep${call.where}`;
  return [{ title, changes: [source.after(statement, lines)], safe: false, kind: "wake" }];
};

/** A statement that wakes the range of a call; undefined when the call's argument has no name. */
function wakeStatement(call: Call): string | undefined {
  if (call.member === undefined || !call.ioctl.fields.some((f) => f.name === "mode")) return undefined;
  const { fd, member } = call;
  return call.ioctl.fields.some((f) => f.name === "range.start")
    ? `ioctl(${fd}, UFFDIO_WAKE, &${member}range);`
    : `{ struct uffdio_range waiting = { ${member}dst, ${member}len }; ioctl(${fd}, UFFDIO_WAKE, &waiting); }`;
}

/** Places behind the call where EEXIST is known to have come, and at last behind the statement that lets it pass. */
function places(source: Source, call: Call, lines: readonly string[]): TextChange[] {
  const scope = functionOf(call.node);
  const out: TextChange[] = [];
  for (const c of all(scope, "case_statement")) {
    if (c.startIndex < call.node.startIndex || c.childForFieldName("value")?.text !== "EEXIST") continue;
    const [first] = named(c).slice(1);
    if (first) out.push(source.before(first, lines));
  }
  for (const i of all(scope, "if_statement")) {
    const condition = i.childForFieldName("condition");
    if (i.endIndex < call.node.endIndex || !condition) continue;
    if (/==\s*EEXIST\b/.test(condition.text)) out.push(...intoBranch(source, i, lines));
    if (/!=\s*EEXIST\b/.test(condition.text)) out.push(source.after(i, lines));
  }
  return out;
}

function intoBranch(source: Source, statement: Node, lines: readonly string[]): TextChange[] {
  const branch = statement.childForFieldName("consequence");
  if (!branch) return [];
  const indent = source.indentAt(statement.startIndex);
  const deeper = indent + source.indentUnit;
  const [first] = named(branch);
  if (branch.type === "compound_statement")
    return first
      ? [source.before(first, lines)]
      : [
          {
            start: branch.startIndex + 1,
            end: branch.startIndex + 1,
            text: `\n${lines.map((l) => `${deeper}${l}\n`).join("")}${indent}`,
          },
        ];
  const body = [...lines, branch.text].map((l) => `${deeper}${l}\n`).join("");
  const from = statement.childForFieldName("condition")?.endIndex ?? branch.startIndex;
  return [{ start: from, end: branch.endIndex, text: ` {\n${body}${indent}}` }];
}
