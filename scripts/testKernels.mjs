#!/usr/bin/env node
// Runs the product on stock Debian kernels under QEMU without KVM: `npm run test:kernels`.
// `-- --suite sid,trixie` chooses Debian suites, `--refresh` fetches newer kernels,
// `--no-build` takes dist/ as it is. Ends with `N passed, N failed`.
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

await main(async () => {
  const { values } = parseArgs({
    options: {
      suite: { type: "string" },
      refresh: { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
    },
  });
  const begin = performance.now();
  headline("Preparing");
  await ensurePackages([...buildPackages, emulator]);
  if (!values["no-build"]) await step("build", buildProduct);
  await step("build the example", buildExample);
  const fetched = new Map();
  for (const { suite } of chosen(values.suite)) {
    await step(`kernel of ${suite}`, async () => {
      fetched.set(suite, await kernelOf(suite, values.refresh));
      return fetched.get(suite).package;
    });
  }
  let image;
  await step("initramfs", async () => {
    image = await buildImage(await busybox());
  });

  const tally = new Tally();
  for (const kernel of chosen(values.suite)) {
    headline(`${kernel.suite}: ${fetched.get(kernel.suite).package}`);
    await testKernel(kernel, fetched.get(kernel.suite), image, tally);
  }
  console.log(`\nThe run took ${seconds(performance.now() - begin)}.`);
  console.log(tally.sentence());
  if (tally.failed > 0 || tally.passed === 0) process.exitCode = 1;
});
