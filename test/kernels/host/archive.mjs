// Packages of any Debian suite from the mirror this machine's apt already uses. Everything apt keeps (sources, lists,
// cache, status) is in a folder of ours: the system's configuration and its state are read, never changed.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../scripts/lib/run.mjs";
import { StepError } from "../../../scripts/lib/steps.mjs";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const network = "Check that Debian's archive can be reached (apt-get update), then run the same command again.";

/** Base address of the Debian archive in the machine's apt sources; throws StepError where there is none. */
export async function debianMirror() {
  const { stdout } = await run("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], {
    what: "apt-get indextargets",
    remedy: "The kernel matrix takes its kernels from Debian's archive and needs apt.",
  });
  // The security archive and third parties keep other suites; Debian's own is called `debian` on every mirror.
  const mirror = stdout.split("\n").find((uri) => /\/debian\/?$/.test(uri));
  if (mirror !== undefined) return mirror;
  throw new StepError(
    "apt on this machine knows no Debian archive, and the kernel matrix boots Debian's kernels.",
    "Run it on Debian, or in a container of debian:bookworm (no KVM is needed).",
  );
}

/** apt settings that keep it inside `folder`. The machine's proxies and credentials stay in force. */
function settings(folder) {
  return [
    `Dir::Etc::sourcelist "${folder}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    `Dir::State "${folder}/state";`,
    `Dir::State::lists "${folder}/state/lists";`,
    `Dir::State::status "${folder}/state/status";`,
    `Dir::Cache "${folder}/cache";`,
    'APT::Architecture "amd64";',
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    // Hooks of the machine (caches of desktop software) would look at the system's lists.
    "#clear APT::Update::Post-Invoke;",
    "#clear APT::Update::Post-Invoke-Success;",
    "",
  ].join("\n");
}

/**
 * Opens one suite, e.g. "bookworm-backports", with `folder` (absolute, may be deleted afterwards) for what apt keeps.
 * Returns `depends(package)`: the names its newest version depends on, undefined when the suite lacks it, and
 * `unpack(package, target)`: downloads, checks the signature chain and unpacks it.
 */
export async function openSuite(mirror, suite, folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const name of ["state/lists/partial", "cache/archives/partial", "debs"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const signed = existsSync(keyring) ? ` signed-by=${keyring}` : "";
  writeFileSync(join(folder, "sources.list"), `deb [arch=amd64${signed}] ${mirror} ${suite} main\n`);
  writeFileSync(join(folder, "state/status"), "");
  const config = join(folder, "apt.conf");
  writeFileSync(config, settings(folder));
  const apt = (command, args, options) => run(command, ["-c", config, ...args], { remedy: network, ...options });

  await apt("apt-get", ["update", "--error-on=any"], { what: `apt-get update of ${suite}` });
  return {
    async depends(name) {
      const { code, stdout } = await apt("apt-cache", ["show", "--no-all-versions", name], { accept: [0, 100] });
      if (code !== 0) return undefined;
      const line = /^Depends: (.*)$/m.exec(stdout)?.[1] ?? "";
      return line.split(/[,|]/).map((term) => term.trim().split(" ")[0]);
    },
    async unpack(name, target) {
      const debs = join(folder, "debs");
      await apt("apt-get", ["download", name], { cwd: debs, what: `Downloading ${name} from ${suite}` });
      const file = readdirSync(debs).find((entry) => entry.startsWith(`${name}_`));
      if (file === undefined) throw new StepError(`apt-get download left no file of ${name}.`, network);
      await run("dpkg-deb", ["-x", join(debs, file), target], { remedy: network });
    },
  };
}
