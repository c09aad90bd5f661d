/** Every key of the page and what it does: the help and the keys row are made from this, the views act on it. */

export interface KeyHelp {
  readonly keys: readonly string[];
  readonly does: string;
  /** Where it works. */
  readonly where: "chart" | "table" | "page";
  /** Also named in the row at the bottom. */
  readonly short?: string;
}

export const KEYS: readonly KeyHelp[] = [
  { keys: ["←", "→"], does: "move the cursor by one bucket; with Shift by ten", where: "chart", short: "cursor" },
  { keys: ["Home", "End"], does: "cursor to the first or the newest bucket", where: "chart" },
  { keys: ["T"], does: "the chart as a table in its place, and back", where: "chart", short: "as table" },
  { keys: ["O"], does: "the next op", where: "chart", short: "next op" },
  { keys: ["R"], does: "stop the recording", where: "chart", short: "stop" },
  { keys: ["1", "2", "3"], does: "open the line of a finding", where: "chart", short: "finding" },
  { keys: ["J", "K"], does: "next or previous row", where: "table", short: "row" },
  { keys: ["Enter"], does: "open the source line of a call site", where: "table" },
  { keys: ["C"], does: "copy the table", where: "table" },
  { keys: ["Esc"], does: "put the cursor away", where: "chart" },
  { keys: ["?"], does: "this list", where: "page", short: "all keys" },
];
