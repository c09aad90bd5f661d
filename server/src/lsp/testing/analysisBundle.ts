/** The analysis thread's bundle for tests, made where the parsers of node_modules are found from it. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(__dirname, "../../../..");

export interface AnalysisBundle {
  readonly file: string;
  /** Takes the bundle away. */
  remove(): void;
}

export async function bundleAnalysis(): Promise<AnalysisBundle> {
  mkdirSync(join(root, "build"), { recursive: true });
  const folder = mkdtempSync(join(root, "build", "analysis-"));
  const file = join(folder, "analysis.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["server/src/lsp/analysis/worker.ts"],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "cjs",
    define: { "import.meta.url": "__filename_url" },
    banner: { js: 'const __filename_url = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "error",
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
