// The figures of bench/light.mjs: medians of ratios, and whether they are within what we hold ourselves to.

/** What a recorded program may cost, relative to the same untraced. */
export const BOUNDS = { move: 1.6, move64: 1.1, served: 1.15, getppid: 1.4 };

const TITLES = {
  move: "MOVE, a page",
  move64: "MOVE, 64 pages",
  served: "served fault",
  "served-free": "on any CPU",
  ioctl: "other ioctl",
  getppid: "getppid, untraced",
};

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function summary({ turns }, work) {
  const ratios = turns.map(({ before, during }) => during[work] / before[work]);
  const [low, high] = [0.25, 0.75].map(
    (share) => [...ratios].sort((a, b) => a - b)[Math.round(share * (ratios.length - 1))],
  );
  return {
    ratio: median(ratios),
    low,
    high,
    addedNs: median(turns.map(({ before, during }) => during[work] - before[work])),
    untracedNs: median(turns.map(({ before }) => before[work])),
  };
}

/** By tool and work, and for the bounds whether Faultscope keeps them. */
export function verdicts(results) {
  const works = Object.keys(TITLES);
  const summaries = Object.fromEntries(
    results.map((result) => [
      result.name,
      {
        lost: result.turns.reduce((sum, { lost }) => sum + lost, 0),
        ...Object.fromEntries(works.map((work) => [work, summary(result, work)])),
      },
    ]),
  );
  const own = summaries.faultscope;
  const kept = own && Object.fromEntries(Object.entries(BOUNDS).map(([work, most]) => [work, own[work].ratio <= most]));
  return { summaries, kept };
}

const cell = ({ ratio, low, high, addedNs }) =>
  `×${ratio.toFixed(ratio < 10 ? 2 : 0)} (${low.toFixed(2)}–${high.toFixed(2)}, ${addedNs >= 0 ? "+" : ""}${addedNs.toFixed(0)} ns)`;

export function table(results, skipped) {
  const { summaries, kept } = verdicts(results);
  const works = Object.keys(TITLES);
  const rows = [
    ["", ...works.map((work) => TITLES[work])],
    ...Object.entries(summaries).map(([name, each]) => [
      each.lost > 0 ? `${name} (lost ${each.lost})` : name,
      ...works.map((work) => cell(each[work])),
    ]),
    [
      "untraced",
      ...works.map((work) => `${median(Object.values(summaries).map((each) => each[work].untracedNs)).toFixed(0)} ns`),
    ],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
  const bounds = Object.entries(BOUNDS).map(
    ([work, most]) =>
      `${TITLES[work]} ≤ ×${most}: ${kept === undefined ? "not measured" : kept[work] ? "kept" : "MISSED"}`,
  );
  const notes = skipped.map((each) => `Skipped ${each}.`);
  return [...lines, "Median of the ratios (quartiles; what it adds, median).", ...bounds, ...notes].join("\n");
}
