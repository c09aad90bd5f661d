import { expect, test } from "vitest";
import { CODES, documentationPath } from "./codes";
import { diagnosticIndex, diagnosticPage } from "./page";

const root = "../../..";

// The pages in docs/diagnostics/ are these snapshots: `npx vitest run -u page.test` writes them anew.
test.each(CODES)("the page of $code is what the tables say", async (entry) => {
  await expect(diagnosticPage(entry)).toMatchFileSnapshot(`${root}/${documentationPath(entry.code)}`);
});

test("the index lists every page", async () => {
  await expect(diagnosticIndex(CODES)).toMatchFileSnapshot(`${root}/docs/diagnostics/README.md`);
});
