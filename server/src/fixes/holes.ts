/** enoent-hole: UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES, put where the mode comes from. */
import type { Node } from "web-tree-sitter";
import { type Call, callAt, initializerOf } from "./call";
import { all, functionOf, named, replace, type Source, statementOf } from "./source";
import type { Candidate, Proposer, TextChange } from "./types";

const FLAG = "UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES";
const VALUE = "2";
/** Index and byte offset of `mode` in struct uffdio_move. */
const INDEX = 3;
const OFFSET = 24;
const WORDS = 5;

export const allowHoles: Proposer = (source, diagnostic) => {
  const call = callAt(source, diagnostic);
  if (call?.ioctl.name !== "MOVE") return [];
  const changes = source.language === "script" ? inScript(source, call) : inC(source, call);
  return changes.map(
    (change): Candidate => ({
      title: `Set ${FLAG}: holes of the source are skipped instead of ending the call with ENOENT${call.where}`,
      changes: [change],
      safe: false,
      kind: "holes",
    }),
  );
};

function inC(source: Source, call: Call): TextChange[] {
  const out: TextChange[] = [];
  const assigned = all(functionOf(call.node), "assignment_expression").filter(
    (a) => a.startIndex < call.node.startIndex && a.childForFieldName("left")?.text === `${call.member}mode`,
  );
  const value = assigned.at(-1)?.childForFieldName("right");
  if (value) out.push(replace(value, joined(value.text, FLAG)));
  const list = initializerOf(source, call);
  if (list?.type === "initializer_list") out.push(inInitializer(list));
  const statement = statementOf(call.node);
  if (call.member && statement) out.push(source.before(statement, [`${call.member}mode |= ${FLAG};`]));
  return out;
}

function inInitializer(list: Node): TextChange {
  const items = named(list);
  const pairs = items.filter((i) => i.type === "initializer_pair");
  const mode = pairs.find((p) => p.childForFieldName("designator")?.text === ".mode")?.childForFieldName("value");
  if (mode) return replace(mode, joined(mode.text, FLAG));
  const last = items.at(-1);
  if (pairs.length > 0 && last) return { start: last.endIndex, end: last.endIndex, text: `, .mode = ${FLAG}` };
  const [positional] = items.slice(INDEX);
  if (positional) return replace(positional, joined(positional.text, FLAG));
  const missing = "0, ".repeat(Math.max(0, INDEX - items.length));
  const at = last?.endIndex ?? list.startIndex + 1;
  return { start: at, end: at, text: `${last ? ", " : " "}${missing}${FLAG}` };
}

/** A script writes the struct as five words: in a list, as arguments, by name, or one by one at their offsets. */
function inScript(source: Source, call: Call): TextChange[] {
  const places = [call.argument, initializerOf(source, call)].flatMap((n) => (n ? [n] : []));
  const lists = places.flatMap((p) => [p, ...all(p, "array", "arguments")]).map((p) => named(p));
  const listed = lists.filter((l) => l.length === WORDS).flatMap((l) => l[INDEX] ?? []);
  const paired = places
    .flatMap((p) => all(p, "pair"))
    .flatMap((p) => (p.childForFieldName("key")?.text === "mode" ? (p.childForFieldName("value") ?? []) : []));
  const written = all(functionOf(call.node), "call_expression").flatMap((c) => {
    const args = named(c.childForFieldName("arguments"));
    const name = c.childForFieldName("function")?.text ?? "";
    if (/\.writeBig(?:U?)Int64LE$/.test(name) && args[1]?.text === String(OFFSET)) return args[0] ?? [];
    if (/\.setBig(?:Uint|Int)64$/.test(name) && args[0]?.text === String(OFFSET)) return args[1] ?? [];
    return [];
  });
  const indexed = all(functionOf(call.node), "assignment_expression").flatMap((a) =>
    new RegExp(`\\[${INDEX}\\]$`).test(a.childForFieldName("left")?.text ?? "")
      ? (a.childForFieldName("right") ?? [])
      : [],
  );
  return [...listed, ...paired, ...written, ...indexed].map((mode) => replace(mode, inWords(mode.text)));
}

function inWords(mode: string): string {
  const flag = `${VALUE}${/n$/.test(mode) ? "n" : ""} /* ${FLAG} */`;
  return joined(mode, flag);
}

/** A mode with a flag more. */
function joined(mode: string, flag: string): string {
  if (/^0[xX]?0*n?[uUlL]*$/.test(mode)) return flag;
  return /[?<>=&^]/.test(mode) ? `(${mode}) | ${flag}` : `${mode} | ${flag}`;
}
