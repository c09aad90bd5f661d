/** ebusy-fork: writes the source pages again before the move, with their content kept. */
import { callAt } from "./call";
import { statementOf } from "./source";
import type { Proposer } from "./types";

export const repopulate: Proposer = (source, diagnostic) => {
  const call = callAt(source, diagnostic);
  const statement = call && statementOf(call.node);
  if (call?.ioctl.name !== "MOVE" || call.member === undefined || !statement) return [];
  const start = `(void *)(unsigned long)${call.member}src`;
  const lines = [
    source.comment("A fork shares pages until they are written again; this writes them and keeps what they hold."),
    `madvise(${start}, ${call.member}len, MADV_POPULATE_WRITE);`,
  ];
  const title = `Write the source pages again with MADV_POPULATE_WRITE before the move: they are then exclusive${call.where}`;
  return [{ title, changes: [source.before(statement, lines)], safe: false, kind: "repopulate" }];
};
