// Result lines and their sum.
import { dim, green, red, seconds, yellow } from "../../../scripts/lib/steps.mjs";

const marks = { passed: green("ok"), failed: red("failed"), skipped: yellow("skipped") };

export class Tally {
  passed = 0;
  failed = 0;
  skipped = 0;

  /** Prints and counts one result; a note longer than a line follows indented. */
  add({ name, outcome, note = "", ms }) {
    this[outcome]++;
    const text = note.trim().replaceAll("\n", "\n      ");
    const time = ms === undefined ? "" : ` ${dim(`(${seconds(ms)})`)}`;
    console.log(`  ${marks[outcome]} ${name}${text === "" ? "" : `: ${text}`}${time}`);
  }

  sentence() {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    return `${this.passed} passed, ${this.failed} failed${skipped}`;
  }
}
