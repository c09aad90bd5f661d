import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["{protocol,server,client,webview}/**/*.test.ts"], exclude: ["**/node_modules/**", "**/dist/**"] },
});
