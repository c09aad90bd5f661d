/** Words and figures as the page prints them. Untrusted text comes through here before it is shown. */

/** Control characters and direction overrides: what a process name must not do to the text around it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Makes control characters and direction overrides visible as `\xNN`, and cuts what is longer than `limit` characters. */
export function safeText(text: string, limit = 200): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNSAFE, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Last part of a path: `gc.c` of `/src/gc/gc.c`. */
export function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1) || file;
}

/** Name of a program by its command line: `compactor` of `/opt/bin/compactor --rounds 8 --json out.json`. */
export function programName(command: string): string {
  const [program = ""] = command.trim().split(/\s/);
  return safeText(baseName(program), 40) || "unnamed";
}

/** `gc.c:131`, or the object and offset of a site without debug information, or that nothing is known. */
export function siteLabel(site: { file: string | null; line: number | null; module?: string | null }): string {
  if (site.file !== null) return safeText(baseName(site.file) + (site.line === null ? "" : `:${site.line}`));
  return safeText(site.module === null || site.module === undefined ? "not known" : baseName(site.module));
}

/** A formatted figure and its unit apart, so that the unit can stand back: `3.10 µs` → `3.10`, `µs`. */
export function splitUnit(text: string): { readonly number: string; readonly unit: string } {
  const match = /^(.*\d)\u00a0(\D+)$/.exec(text);
  return match === null ? { number: text, unit: "" } : { number: match[1] ?? text, unit: match[2] ?? "" };
}

/** A round value as the mark of an axis, without the zeros that three figures would bring: `10.0 µs` → `10 µs`. */
export function markLabel(text: string): string {
  return text.replace(/\.0+(?=\D|$)/, "");
}

/** `EBUSY 293, EEXIST 37`, most frequent first, each count written by `format`. */
export function listCounts(counts: Readonly<Record<string, number>>, format: (n: number) => string): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${safeText(name)} ${format(count)}`)
    .join(", ");
}
