import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**", "**/build/**"];

/** `npm test` runs each project in its turn and says why one is skipped; `npx vitest --project unit` is for working. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{protocol,server,client,webview,syntaxes,scripts,native,docs,test/shapes}/**/*.test.ts"],
          exclude,
          // Some start threads and processes of their own, which a busy machine keeps waiting.
          testTimeout: 30_000,
        },
      },
      {
        // They trace real processes on the real kernel, one at a time: a second one would disturb the figures.
        test: {
          name: "kernel",
          include: ["test/{kernel,verdicts}/**/*.test.ts"],
          exclude,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // An independent observer counts in the same run; one at a time, as above.
        test: {
          name: "observer",
          include: ["test/observer/**/*.test.ts"],
          exclude,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "corpus",
          include: ["test/corpus/**/*.test.ts"],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/tests/**/*.test.ts"],
          exclude,
          globalSetup: ["e2e/harness/globalSetup.ts"],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
