#!/usr/bin/env node
// Runs the product on stock Debian kernels under QEMU without KVM: `npm run test:kernels`.
// `-- --suite sid,trixie` chooses Debian suites, `--refresh` fetches newer kernels,
// `--no-build` takes dist/ as it is. Ends with `N passed, N failed`.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { buildImage } from "../test/kernels/host/image.mjs";
import { busybox, kernelOf } from "../test/kernels/host/kernels.mjs";
import { kernels, otherKernel } from "../test/kernels/host/matrix.mjs";
import { Tally } from "../test/kernels/host/tally.mjs";
import { testKernel } from "../test/kernels/host/testKernel.mjs";
import { buildPackages } from "./lib/packages.mjs";
import { buildExample, buildProduct } from "./lib/prepare.mjs";
import { which } from "./lib/run.mjs";
import { headline, main, seconds, step } from "./lib/steps.mjs";
import { ensurePackages } from "./lib/system.mjs";

const emulator = {
  name: "qemu-system-x86",
  present: () => which("qemu-system-x86_64") !== undefined,
  use: "boots the kernels",
};

/** Kernels of the command line, or the whole matrix. */
function chosen(suites) {
  if (suites === undefined) return kernels;
  return suites.split(",").map((suite) => kernels.find((kernel) => kernel.suite === suite) ?? otherKernel(suite));
}

/** Fetches what is missing and builds the image. Returns { fetched: Map from suite to kernel, image }. */
async function prepareKernels(matrix, { refresh, build }) {
  headline("Preparing");
  await ensurePackages([...buildPackages, emulator]);
  if (build) await step("build", buildProduct);
  await step("build the example", buildExample);
  const fetched = new Map();
  for (const { suite } of matrix) {
    await step(`kernel of ${suite}`, async () => {
      fetched.set(suite, await kernelOf(suite, refresh));
      return fetched.get(suite).package;
    });
  }
  let image;
  await step("initramfs", async () => {
    image = await buildImage(await busybox());
  });
  return { fetched, image };
}

/** Tests every kernel, as many at a time as there are processors: a guest keeps one of them busy. */
async function testAll(matrix, { fetched, image }, tally) {
  const waiting = [...matrix];
  const worker = async () => {
    for (let kernel = waiting.shift(); kernel !== undefined; kernel = waiting.shift()) {
      const { results, tookMs } = await testKernel(kernel, fetched.get(kernel.suite), image);
      headline(`${kernel.suite}: ${fetched.get(kernel.suite).package} (${seconds(tookMs)})`);
      for (const result of results) tally.add(result);
    }
  };
  const guests = Math.min(matrix.length, availableParallelism());
  console.log(
    `\nBooting ${matrix.length === 1 ? "one kernel" : `${matrix.length} kernels, ${guests} at a time`}; each takes some minutes.`,
  );
  await Promise.all(Array.from({ length: guests }, worker));
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      suite: { type: "string" },
      refresh: { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
    },
  });
  const begin = performance.now();
  const matrix = chosen(values.suite);
  const tally = new Tally();
  await testAll(matrix, await prepareKernels(matrix, { refresh: values.refresh, build: !values["no-build"] }), tally);
  console.log(`\nThe run took ${seconds(performance.now() - begin)}.`);
  console.log(tally.sentence());
  if (tally.failed > 0 || tally.passed === 0) process.exitCode = 1;
});
