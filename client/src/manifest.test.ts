import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  COMMANDS,
  PANEL_TAB,
  PANEL_VIEW,
  RECORDING_EDITOR,
  SETTINGS,
  SOURCE_LANGUAGES,
  TRACE_LANGUAGE,
  VIEW_CONTAINER,
} from "./model/names";

const root = join(__dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json"));
const { contributes } = manifest;

describe("package.json", () => {
  it("contributes the commands of the table, with their titles", () => {
    const titles = contributes.commands.map(({ command, title }: Record<string, string>) => [command, title]);
    expect(Object.fromEntries(titles)).toEqual(COMMANDS);
    expect(contributes.commands.every(({ category }: Record<string, string>) => category === "Faultscope")).toBe(true);
  });

  it("contributes the settings of the table, with their defaults", () => {
    const properties: Record<string, { default: unknown }> = contributes.configuration.properties;
    const defaults = Object.entries(properties).map(([name, { default: value }]) => [name, value]);
    expect(Object.fromEntries(defaults)).toEqual(SETTINGS);
  });

  it("lets no workspace name a program to run", () => {
    expect(contributes.configuration.properties["faultscope.probe.command"].scope).toBe("machine");
    const restricted: string[] = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    const free = Object.keys(SETTINGS).filter((name) => !restricted.includes(name));
    expect(free).toEqual(["faultscope.probe.command", "faultscope.rules"]);
  });

  it("contributes the views and editors the code registers", () => {
    expect(contributes.viewsContainers.panel.map(({ id }: { id: string }) => id)).toEqual([VIEW_CONTAINER]);
    expect(contributes.views[VIEW_CONTAINER].map(({ id }: { id: string }) => id)).toEqual([PANEL_VIEW]);
    expect(contributes.customEditors.map(({ viewType }: { viewType: string }) => viewType)).toEqual([RECORDING_EDITOR]);
    expect(contributes.languages.map(({ id }: { id: string }) => id)).toEqual([TRACE_LANGUAGE]);
  });

  it("wakes up for sources, for its tab, and where recordings are", () => {
    expect([...manifest.activationEvents].sort()).toEqual(
      [...SOURCE_LANGUAGES.map((language) => `onLanguage:${language}`), `onWebviewPanel:${PANEL_TAB}`]
        .concat("workspaceContains:.faultscope")
        .sort(),
    );
  });

  it("uses in menus only commands and context keys that exist", () => {
    for (const entries of Object.values<{ command: string; when: string }[]>(contributes.menus)) {
      for (const { command, when } of entries) {
        expect(COMMANDS).toHaveProperty([command]);
        const keys = [...when.matchAll(/faultscope\.\w+/g)].map(([key]) => key);
        expect(keys.filter((key) => key !== PANEL_VIEW && key !== "faultscope.phase")).toEqual([]);
      }
    }
  });

  it("names files that exist and are packed", () => {
    const paths = [
      manifest.icon,
      contributes.viewsContainers.panel[0].icon,
      ...contributes.grammars.map(({ path }: { path: string }) => path),
    ];
    const allowed = read(".vscodeignore")
      .split("\n")
      .filter((line) => line.startsWith("!"));
    for (const path of paths) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(
        allowed.some((line) => path.startsWith(line.slice(1).replace(/\*.*$/, ""))),
        path,
      ).toBe(true);
    }
  });
});

describe("grammars", () => {
  interface Rule {
    readonly match?: string;
    readonly begin?: string;
    readonly name?: string;
    readonly patterns?: readonly Rule[];
  }
  const grammar = (name: string): Rule => JSON.parse(read(`syntaxes/${name}.tmLanguage.json`));
  const rules = (rule: Rule): readonly Rule[] => [rule, ...(rule.patterns ?? []).flatMap(rules)];
  /** Scope of the first rule that matches all of the text. */
  const scopeOf = (name: string, text: string): string | undefined =>
    rules(grammar(name)).find(({ match }) => match !== undefined && new RegExp(match).exec(text)?.[0] === text)?.name;

  it.each([
    ["UFFDIO_MOVE", "support.function.userfaultfd"],
    ["UFFDIO_WRITEPROTECT", "support.function.userfaultfd"],
    ["_UFFDIO_COPY", "support.function.userfaultfd"],
    ["USERFAULTFD_IOC_NEW", "support.function.userfaultfd"],
    ["UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES", "support.constant.userfaultfd"],
    ["UFFDIO_REGISTER_MODE_WP", "support.constant.userfaultfd"],
    ["UFFD_FEATURE_EVENT_FORK", "support.constant.userfaultfd"],
    ["UFFD_EVENT_PAGEFAULT", "support.constant.userfaultfd"],
    ["UFFD_USER_MODE_ONLY", "support.constant.userfaultfd"],
    ["uffdio_move", "support.type.userfaultfd"],
    ["uffd_msg", "support.type.userfaultfd"],
    ["EBUSY", "constant.language.errno.userfaultfd"],
    ["EXIT_FAILURE", undefined],
    ["MY_UFFDIO_MOVE", undefined],
  ])("in a source, %s is %s", (text, scope) => expect(scopeOf("userfaultfd.injection", text)).toBe(scope));

  it("stays out of comments and strings", () => {
    expect(JSON.parse(read("syntaxes/userfaultfd.injection.tmLanguage.json")).injectionSelector).toBe(
      "L:source -comment -string",
    );
  });

  it.each([
    ["# faultscope 1", "comment.line.number-sign.uffdtrace"],
    ["UFFDIO_MOVE", "entity.name.function.ioctl.uffdtrace"],
    ["0x5a", "constant.numeric.hex.uffdtrace"],
    ["-EBUSY", "invalid.illegal.errno.uffdtrace"],
    ["PAGEFAULT", "keyword.other.message.uffdtrace"],
    ["src/gc.c:131", "markup.underline.link.uffdtrace"],
    ["3.10 µs", "constant.numeric.time.uffdtrace"],
    ["dst=", "variable.parameter.uffdtrace"],
  ])("in a trace, %s is %s", (text, scope) => expect(scopeOf("uffdtrace", text)).toBe(scope));
});
