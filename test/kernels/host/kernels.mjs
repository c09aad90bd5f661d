// Stock kernels of Debian's archive, kept under build/kernels. The cloud flavour differs in its drivers only and is
// less than half the size.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/lib/run.mjs";
import { StepError } from "../../../scripts/lib/steps.mjs";
import { debianMirror, openSuite } from "./archive.mjs";

const store = join(root, "build", "kernels");
const flavour = "linux-image-cloud-amd64";

/** First file under `folder` whose name begins with `prefix`. */
function find(folder, prefix) {
  const entry = readdirSync(folder, { recursive: true, withFileTypes: true }).find(
    (candidate) => candidate.isFile() && candidate.name.startsWith(prefix),
  );
  return entry === undefined ? undefined : join(entry.parentPath ?? entry.path, entry.name);
}

/** Fetches into `target` what `work` unpacks, and makes it appear there at once: an interrupted fetch leaves nothing. */
async function fetchSuite(suite, target, work) {
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const apt = await openSuite(await debianMirror(), suite, join(fresh, "apt"));
  const record = await work(apt, fresh);
  rmSync(join(fresh, "apt"), { recursive: true, force: true });
  rmSync(join(fresh, "unpacked"), { recursive: true, force: true });
  writeFileSync(join(fresh, "record.json"), JSON.stringify(record));
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
}

/** What `fetchSuite` kept, or undefined. */
function kept(target) {
  const file = join(target, "record.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** The package that holds the kernel itself: since 7.2 `linux-image-VERSION` only depends on `linux-binary-VERSION`. */
async function kernelPackage(apt, suite) {
  const image = (await apt.depends(flavour))?.find((name) => /^linux-image-\d/.test(name));
  if (image === undefined) {
    throw new StepError(`${suite} has no ${flavour}.`, "Choose another suite with --suite NAME.");
  }
  const binary = (await apt.depends(image))?.find((name) => name.startsWith("linux-binary-"));
  return binary ?? image;
}

/** The newest stock kernel of a suite: { suite, package, vmlinuz }. `refresh` asks the archive even if one is kept. */
export async function kernelOf(suite, refresh) {
  const target = join(store, suite);
  if (refresh || kept(target) === undefined) {
    await fetchSuite(suite, target, async (apt, fresh) => {
      const name = await kernelPackage(apt, suite);
      const unpacked = join(fresh, "unpacked");
      await apt.unpack(name, unpacked);
      const vmlinuz = find(unpacked, "vmlinuz");
      if (vmlinuz === undefined) throw new StepError(`${name} of ${suite} holds no vmlinuz.`, "Choose another suite.");
      renameSync(vmlinuz, join(fresh, "vmlinuz"));
      return { suite, package: name };
    });
  }
  return { ...kept(target), vmlinuz: join(target, "vmlinuz") };
}

/** Path of a static busybox, the guest's shell and mount. */
export async function busybox() {
  const target = join(store, "busybox");
  if (kept(target) === undefined) {
    await fetchSuite("bookworm", target, async (apt, fresh) => {
      const unpacked = join(fresh, "unpacked");
      await apt.unpack("busybox-static", unpacked);
      renameSync(join(unpacked, "bin", "busybox"), join(fresh, "busybox"));
      return { package: "busybox-static" };
    });
  }
  return join(target, "busybox");
}
