import { differences, observe } from "./compare";
import { installKoffi, Kernel } from "./kernel";
import { programs, readLabel, writeLabel } from "./labels";

/** Runs the programs and holds their labels against the kernel (`--check`) or fills in what it answered (`--update`). */
export function main(args: readonly string[]): number {
  const update = args.includes("--update");
  const chosen = programs(
    undefined,
    args.filter((a) => !a.startsWith("--")),
  );
  if (chosen.some((p) => p.language === "ts")) installKoffi();
  const kernel = new Kernel();
  let bad = 0;
  try {
    for (const program of chosen) {
      try {
        const label = readLabel(program);
        const observed = observe(label, kernel.run(program, label.ksm ?? false));
        const wrong = update ? observed.problems : differences(label, observed);
        if (update && wrong.length === 0)
          writeLabel(program, { ...label, sites: observed.sites, blocked: observed.blocked });
        for (const w of wrong) console.error(`${program.name}: ${w}`);
        bad += wrong.length;
      } catch (e) {
        console.error(`${program.name}: ${e instanceof Error ? e.message : String(e)}`);
        bad++;
      }
    }
  } finally {
    kernel.dispose();
  }
  console.log(`${chosen.length} programs, ${bad} disagreements`);
  return bad === 0 ? 0 : 1;
}
