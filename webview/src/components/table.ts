/** Tables that live: rows keep their elements between frames, so that focus, selection and reading position stay. */
import { element, setChildren, setHidden, setText } from "../dom";
import { splitUnit } from "../text";
import { rowOrder } from "./order";

export interface Column<Row> {
  readonly head: string;
  /** Numbers are right-aligned and their units stand back. */
  readonly number?: boolean;
  readonly className?: string;
  /** Explains the column's term on hover. */
  readonly meaning?: string;
  /** Text of the cell; the first column's cell is the row's header. */
  text(row: Row): string;
  /** Full text on hover, where the cell shows a short form. */
  title?(row: Row): string;
  /** What happens when the cell is pressed; undefined makes it plain text. */
  press?(row: Row): (() => void) | undefined;
}

export interface TableOptions<Row> {
  readonly caption: string;
  /** The caption is for assistive technology only, because a heading says it already. */
  readonly hideCaption?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly key: (row: Row) => string;
  /** The sentence that stands in for a table without rows. */
  readonly none: string;
  /** Rows shown before "show all" is pressed. */
  readonly most?: number;
}

export interface Table<Row> {
  readonly root: HTMLElement;
  update(rows: readonly Row[]): void;
  /** The rows shown, as tab-separated text with the heads on top. */
  text(): string;
}

interface Cell<Row> {
  update(row: Row): void;
}

/** A table with a caption. `update` takes the rows in their order and touches only what changed. */
export function createTable<Row>(options: TableOptions<Row>): Table<Row> {
  const { columns, key, most = Number.POSITIVE_INFINITY } = options;
  const body = element("tbody");
  const caption = element("caption", { text: options.caption, class: options.hideCaption === true ? "unseen" : "" });
  const table = element("table", {}, caption, element("thead", {}, head(columns)), body);
  const more = element("button", { class: "button link", attributes: { type: "button" }, onClick: () => showAll() });
  const none = element("p", { class: "table-none secondary", text: options.none });
  const root = element("div", { class: "table" }, table, none, more);
  const made = new Map<string, { readonly tr: HTMLTableRowElement; readonly cells: readonly Cell<Row>[] }>();
  let present: string[] = [];
  let rows: readonly Row[] = [];
  let all = false;

  const rowFor = (name: string, row: Row): HTMLTableRowElement => {
    const known = made.get(name) ?? makeRow(columns);
    made.set(name, known);
    for (const cell of known.cells) cell.update(row);
    return known.tr;
  };
  const update = (next: readonly Row[]): void => {
    rows = next;
    const byKey = new Map(next.map((row) => [key(row), row]));
    const held = body.matches(":hover, :focus-within");
    const order = rowOrder(present, [...byKey.keys()], held).slice(0, all ? undefined : most);
    const kept = new Set(order);
    for (const gone of present) if (!kept.has(gone)) made.delete(gone);
    present = order;
    const shown = order.flatMap((name) => {
      const row = byKey.get(name);
      return row === undefined ? [] : [rowFor(name, row)];
    });
    setChildren(body, shown);
    const left = byKey.size - shown.length;
    setHidden(none, shown.length > 0);
    setHidden(more, left === 0);
    setText(more, `Show ${left} more`);
  };
  const showAll = (): void => {
    all = true;
    update(rows);
    body.querySelector<HTMLElement>(`tr:nth-child(${most + 1}) button`)?.focus();
  };
  const text = (): string => {
    const byKey = new Map(rows.map((row) => [key(row), row]));
    const lines = present.flatMap((name) => {
      const row = byKey.get(name);
      return row === undefined ? [] : [columns.map((column) => plainSpaces(column.text(row))).join("\t")];
    });
    return [columns.map((column) => column.head).join("\t"), ...lines].join("\n");
  };
  return { root, update, text };
}

/** What is pasted elsewhere should hold no narrow or no-break spaces. */
function plainSpaces(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, " ");
}

function head<Row>(columns: readonly Column<Row>[]): HTMLTableRowElement {
  const cells = columns.map((column) =>
    element("th", {
      text: column.head,
      class: classOf({ ...column, className: column.className === "code" ? "" : column.className }),
      attributes: { scope: "col", title: column.meaning },
    }),
  );
  return element("tr", {}, ...cells);
}

function classOf(column: { readonly number?: boolean; readonly className?: string | undefined }): string {
  return [column.number === true ? "number" : "", column.className ?? ""].filter((name) => name !== "").join(" ");
}

function makeRow<Row>(columns: readonly Column<Row>[]): { tr: HTMLTableRowElement; cells: Cell<Row>[] } {
  const tr = element("tr");
  const cells = columns.map((column, index) => {
    const name = classOf(column);
    const cell =
      index === 0
        ? element("th", { class: name, attributes: { scope: "row" } })
        : element("td", name === "" ? {} : { class: name });
    tr.append(cell);
    return makeCell(column, cell);
  });
  return { tr, cells };
}

function makeCell<Row>(column: Column<Row>, cell: HTMLElement): Cell<Row> {
  let shown: string | undefined;
  let pressable: boolean | undefined;
  let press: (() => void) | undefined;
  return {
    update(row) {
      const text = column.text(row);
      press = column.press?.(row);
      if (text === shown && pressable === (press !== undefined)) return;
      shown = text;
      pressable = press !== undefined;
      const title = column.title?.(row);
      if (title !== undefined) cell.title = title;
      cell.replaceChildren(content(column, text, press === undefined ? undefined : () => press?.()));
    },
  };
}

function content<Row>(column: Column<Row>, text: string, press: (() => void) | undefined): Node {
  if (press !== undefined) {
    return element("button", { class: "button link", text, attributes: { type: "button" }, onClick: press });
  }
  if (column.number !== true) return document.createTextNode(text);
  if (text === "0" || text === "–") return element("span", { class: "unit", text });
  const { number, unit } = splitUnit(text);
  const parts = document.createDocumentFragment();
  parts.append(number);
  if (unit !== "") parts.append("\u00a0", element("span", { class: "unit", text: unit }));
  return parts;
}
