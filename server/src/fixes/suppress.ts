/** Takes a finding back by a comment above it, in which the user says why. */
import type { Proposer } from "./types";

export const suppressHere: Proposer = (source, diagnostic) => {
  const { line } = diagnostic.range.start;
  const start = source.offset({ line, column: 0 });
  const indent = /^[ \t]*/.exec(source.text.slice(start))?.[0] ?? "";
  const comment = source.comment(`faultscope-ignore ${diagnostic.code}: <say why>`);
  return [
    {
      title: `Ignore ${diagnostic.code} here, with a reason`,
      changes: [{ start: start + indent.length, end: start + indent.length, text: `${comment}\n${indent}` }],
      safe: false,
      kind: "suppress",
    },
  ];
};
