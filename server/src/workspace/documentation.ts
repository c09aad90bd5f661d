/** Where the documentation pages of this installation are. */
import { existsSync } from "node:fs";

/** Address of a page, given relative to the installation's root, when it is there to be opened. */
export function pageAddress(path: string): string | undefined {
  // The bundles are one folder below the root; sources and their tests are three.
  for (const up of ["../", "../../../"]) {
    const page = new URL(`${up}${path}`, import.meta.url);
    if (existsSync(page)) return page.href;
  }
  return undefined;
}
