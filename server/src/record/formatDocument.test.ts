import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { HEADER_KEYS } from "../recording/headerKeys";
import { BATCH_ROWS, COLUMNS, EventKind, RECORDING_VERSION } from "../recording/schema";

const document = readFileSync(join(__dirname, "../../../docs/recording-format.md"), "utf8");
const ARROW = { u8: "uint8", u32: "uint32", i32: "int32", i64: "int64", u64: "uint64" } as const;

it("describes the columns in their order, with their types", () => {
  const documented = [...document.matchAll(/^\| `(\w+)` \| (u?int\d+) \|/gm)].map(([, name, type]) => [name, type]);
  expect(documented).toEqual(COLUMNS.map(([name, type]) => [name, ARROW[type]]));
});

it("describes every kind by its number", () => {
  const documented = [...document.matchAll(/^\| (\d+) \| `(\w+)` \|/gm)].map(([, number, name]) => [
    name,
    Number(number),
  ]);
  expect(documented).toEqual(Object.entries(EventKind));
});

it("names the metadata, the version and the batch size", () => {
  const documented = [...document.matchAll(/^\| `(faultscope\.\w+)` \|/gm)].map(([, key]) => key);
  expect(documented).toEqual(Object.values(HEADER_KEYS));
  expect(document).toContain(`version of this format: \`${RECORDING_VERSION}\``);
  expect(document).toContain(`up to ${BATCH_ROWS} rows`);
});
