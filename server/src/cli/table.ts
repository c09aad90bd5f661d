/** Aligned columns of text. */

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Characters a text takes on the screen: ours are all one cell wide. */
function width(text: string): number {
  return [...text].length;
}

function pad(text: string, size: number, align: Column["align"]): string {
  const space = " ".repeat(Math.max(0, size - width(text)));
  return align === "right" ? space + text : text + space;
}

/** Names come from traced programs: a control character must not reach the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "\ufffd");
}

/** Rows under their titles, two spaces apart; lines without trailing spaces, each ended. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = ""): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const sizes = columns.map((_, index) => Math.max(...cells.map((row) => width(row[index] ?? ""))));
  return cells
    .map((row) => columns.map(({ align }, index) => pad(row[index] ?? "", sizes[index] ?? 0, align)).join("  "))
    .map((line) => `${indent}${line.trimEnd()}\n`)
    .join("");
}

/** Breaks a sentence into lines of at most `columns`, the later ones indented. */
export function wrap(text: string, columns: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && width(longer) + indent.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}
