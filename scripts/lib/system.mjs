// Installs missing system packages through apt, or says which ones to install where it may not.
import { existsSync, readdirSync } from "node:fs";
import { missing } from "./packages.mjs";
import { run, which } from "./run.mjs";
import { StepError, step } from "./steps.mjs";

const noQuestions = { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" };

/** The command that makes apt-get run as root: none as root, sudo where it needs no password or can ask for one. */
async function asRoot() {
  if (process.getuid?.() === 0) return [];
  if (which("sudo") === undefined) return undefined;
  try {
    await run("sudo", ["-n", "true"]);
    return ["sudo"];
  } catch {
    // It wants a password: fine when somebody is there to type it.
    return process.stdin.isTTY ? ["sudo"] : undefined;
  }
}

/** True when apt has never fetched its lists, as in a fresh container. */
function listsAreEmpty() {
  const folder = "/var/lib/apt/lists";
  return !existsSync(folder) || !readdirSync(folder).some((name) => name.includes("_Packages"));
}

function byHand(packages) {
  const lines = packages.map(({ name, use }) => `  ${name.padEnd(18)} ${use}`).join("\n");
  const names = packages.map(({ name }) => name).join(" ");
  return `Install them by hand, then run the same command again:\n${lines}\nOn Debian and Ubuntu: sudo apt-get install -y ${names}`;
}

async function aptInstall(prefix, packages) {
  const apt = (...args) => {
    const [command, ...rest] = [
      ...prefix,
      "env",
      ...Object.entries(noQuestions).map(([k, v]) => `${k}=${v}`),
      "apt-get",
    ];
    return run(command, [...rest, ...args], { what: `apt-get ${args[0]}`, remedy: byHand(packages), ask: true });
  };
  const install = () => apt("install", "-y", "--no-install-recommends", ...packages.map(({ name }) => name));
  if (listsAreEmpty()) await apt("update");
  else {
    try {
      return await install();
    } catch {
      // Lists from last month name files the mirror no longer has: fetch them and try once more.
      await apt("update");
    }
  }
  return install();
}

/** Makes sure that packages are there; throws with a list for the user where we may not install them. */
export async function ensurePackages(packages) {
  const lacking = missing(packages);
  if (lacking.length === 0) return;
  const names = lacking.map(({ name }) => name).join(", ");
  const prefix = which("apt-get") === undefined ? undefined : await asRoot();
  if (prefix === undefined) throw new StepError(`These system packages are missing: ${names}.`, byHand(lacking));
  await step(`install system packages: ${names}`, () => aptInstall(prefix, lacking));
  const still = missing(lacking);
  if (still.length > 0) {
    const left = still.map(({ name }) => name).join(", ");
    throw new StepError(`apt-get ran, but these are still missing: ${left}.`, byHand(still));
  }
}
