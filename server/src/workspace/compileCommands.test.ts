import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { analyze } from "../analysis";
import { minimalProgram } from "../uffd/programs";
import { nearestCompileCommands, readCompileCommands } from "./compileCommands";
import { grammars } from "./grammarFiles";
import { readProgram } from "./programSources";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultscope-build-"));
  for (const name of ["src", "include", "build"]) mkdirSync(join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (text: string): void => writeFileSync(join(folder, "build", "compile_commands.json"), text);

test("macros and include folders, from lists and from command lines, relative to the folder of the entry", async () => {
  write(
    JSON.stringify([
      { directory: folder, file: "src/a.c", arguments: ["cc", "-DA", "-D", "B=2", "-Iinclude", "-isystem", "/usr/x"] },
      {
        directory: join(folder, "build"),
        file: "../src/b.c",
        command: "cc '-DNAME=\"a b\"' -DGONE -UGONE -I ../include -c ../src/b.c",
      },
      { directory: folder, file: "src/a.c", arguments: ["cc", "-DSECOND"] },
    ]),
  );
  const { inputs, problems } = await readCompileCommands(folder);
  expect(problems).toEqual([]);
  expect(Object.fromEntries(inputs)).toEqual({
    [join(folder, "src/a.c")]: { defines: ["A", "B=2"], includeFolders: [join(folder, "include"), "/usr/x"] },
    [join(folder, "src/b.c")]: { defines: ['NAME="a b"'], includeFolders: [join(folder, "include")] },
  });
  expect((await nearestCompileCommands(join(folder, "src"))).inputs.size).toBe(2);
});

test.each([
  ["{", /is no JSON/],
  ["{}", /is no list/],
  ['[{"directory":"/"}, 7]', /2 entries have no file or command/],
])("a damaged database (%s) is told", async (text, sentence) => {
  write(text);
  expect((await readCompileCommands(folder)).problems).toEqual([expect.stringMatching(sentence)]);
});

test("macros of the build decide what is compiled, headers are found in its folders, its other sources are read", async () => {
  const program = minimalProgram("ebusy-fork") ?? "";
  const text = program
    .replace("#define PAGE 4096UL", '#include "sizes.h"')
    .replace("\tif (fork()", "#ifdef FORKS\n\tif (fork()")
    .replace("\twait(NULL);", "\twait(NULL);\n#endif");
  const source = join(folder, "build", "a.c");
  writeFileSync(source, text);
  writeFileSync(join(folder, "include", "sizes.h"), "#define PAGE 4096UL\n");
  writeFileSync(join(folder, "src", "sizes.h"), "#define PAGE 100UL\n");
  const check = async (defines: string[]): Promise<string[]> => {
    write(JSON.stringify([{ directory: folder, file: source, arguments: ["cc", ...defines, "-Iinclude"] }]));
    const { texts, compiled } = await readProgram([folder], { name: (f) => f });
    const { diagnostics } = analyze(texts, await grammars(), { compiled: (file) => compiled.get(file) });
    return diagnostics.map((d) => d.code);
  };
  expect(await check([])).toEqual([]);
  expect(await check(["-DFORKS"])).toEqual(["ebusy-fork"]);
  const below = await readProgram([join(folder, "src")], { name: (f) => f });
  expect([...below.texts.keys()]).toEqual([join(folder, "src", "sizes.h")]);
  expect([...below.compiled.keys()]).toEqual([source]);
});
