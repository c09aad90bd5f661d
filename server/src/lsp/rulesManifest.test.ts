/** The setting for each rule, as the manifest offers it, is made from the table of codes. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES } from "../uffd/codes";
import { RULE_LEVELS, RULES_SECTION } from "./rules";

const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));

/** What belongs into the manifest; a test that fails prints it. */
function property(code: (typeof CODES)[number]) {
  const { errno, title, severity, cure } = code;
  return {
    type: "string",
    enum: [...RULE_LEVELS],
    default: "default",
    enumDescriptions: [
      `As sure as it is: ${severity} unless the analysis knows better.`,
      "Do not report.",
      "Report as a hint.",
      "Report as information.",
      "Report as a warning.",
      "Report as an error.",
    ],
    markdownDescription: `${errno === undefined ? "" : `\`${errno}\`: `}${title}. ${cure}`,
  };
}

test("every code has a setting, with its levels and what it is about", () => {
  const rules = manifest.contributes.configuration.properties[RULES_SECTION];
  expect(rules.properties).toEqual(Object.fromEntries(CODES.map((c) => [c.code, property(c)])));
  expect(rules).toMatchObject({ type: "object", default: {}, scope: "resource", additionalProperties: false });
  expect(rules.markdownDescription).toMatch(/faultscope-ignore/);
});
