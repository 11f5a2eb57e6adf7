// Compares this build with that of an earlier commit, in alternating rounds and beside the same yardstick.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases } from "./cases.ts";
import type { BenchCase } from "./cases.ts";
import { machine } from "./report/machine.ts";
import { median } from "./report/summarise.ts";
import { repositoryRoot } from "./repository-root.ts";
import { runContender } from "./run-contender.ts";

export interface AgainstOptions {
  readonly commit: string | undefined;
  /** What to compare: names of `comparisons`; all if empty. */
  readonly names: readonly string[];
  readonly events: number;
  readonly rounds: number;
}

interface Comparison {
  readonly case: string;
  readonly ours: string;
  /** Those that are installed are measured beside. */
  readonly beside: readonly string[];
}

const comparisons: Readonly<Record<string, Comparison>> = {
  "http-disk": { case: "five", ours: "ours, server by HTTP, disk queue", beside: ["prototype, objects"] },
  input: { case: "five", ours: "ours, server by stdin", beside: ["prototype, texts"] },
  hec: { case: "hec", ours: "ours, server by HTTP, disk queue", beside: ["Fluent Bit", "prototype, objects"] },
  unread: { case: "five", ours: "ours, texts unread", beside: ["syslog-ng, unread", "prototype, texts unread"] },
  gzip: { case: "five-gzip", ours: "ours, server by HTTP, disk queue", beside: ["prototype, objects"] },
  objects: { case: "five", ours: "ours, objects", beside: ["prototype, objects"] },
  texts: { case: "five", ours: "ours, texts", beside: ["prototype, texts"] },
};

export async function compareWithCommit({ commit, names, events, rounds }: AgainstOptions): Promise<void> {
  if (commit === undefined)
    throw new Error(`which commit? npm run bench -- against COMMIT [${Object.keys(comparisons).join("|")}]…`);
  const before = builtWorktree(commit);
  for (const name of names.length === 0 ? Object.keys(comparisons) : names) {
    const comparison = comparisons[name];
    const benchCase = cases.find((each) => each.name === comparison?.case);
    if (comparison === undefined || benchCase === undefined) throw new Error(`there is no comparison named "${name}"`);
    await compareOne(name, benchCase, comparison, { before, events, rounds });
  }
  process.stdout.write(`${events} events of 1.2 KB, ${rounds} rounds, medians; ${machine()}\n`);
}

async function compareOne(
  name: string,
  benchCase: BenchCase,
  { ours, beside }: Comparison,
  { before, events, rounds }: { readonly before: string; readonly events: number; readonly rounds: number },
): Promise<void> {
  const present = beside.filter((each) => {
    const contender = benchCase.contenders[each];
    return contender !== undefined && (contender.kind === "sender" || contender.find() !== undefined);
  });
  const runs = [
    { label: "now", contender: ours, root: repositoryRoot },
    { label: "before", contender: ours, root: before },
    ...present.map((contender) => ({ label: contender, contender, root: repositoryRoot })),
  ];
  const measured = new Map<string, number[]>(runs.map(({ label }) => [label, []]));
  for (let round = 0; round < rounds; round++) {
    // The order alternates, so that a machine that slows down favours neither.
    for (const { label, contender, root } of round % 2 === 0 ? runs : runs.toReversed()) {
      process.stderr.write(`${name}  round ${round + 1}/${rounds}  ${label}\n`);
      const { cpuSecondsPerMillion } = await runContender(benchCase, contender, events, root);
      measured.get(label)?.push(cpuSecondsPerMillion);
    }
  }
  const now = measured.get("now") ?? [];
  process.stdout.write(`${name}: ${ours}\n`);
  for (const [label, seconds] of measured) {
    const ratio = median(now.map((one, round) => one / (seconds[round] ?? Number.NaN)));
    const against = label === "now" ? "" : `   now is ${ratio.toFixed(2)} of it`;
    process.stdout.write(
      `  ${label.padEnd(26)} ${median(seconds).toFixed(1).padStart(6)} CPU s per M events${against}\n`,
    );
  }
}

/** Checks a commit out beside the system's other temporary files and builds it, unless that was done before. */
function builtWorktree(commit: string): string {
  const hash = git("rev-parse", "--verify", `${commit}^{commit}`);
  const folder = join(tmpdir(), `arbitex-bench-${hash.slice(0, 12)}`);
  const isBuilt = () => existsSync(join(folder, "bench", "dist", "main.js"));
  if (isBuilt()) return folder;
  process.stderr.write(`› building ${hash.slice(0, 12)} in ${folder}\n`);
  git("worktree", "prune");
  if (!existsSync(folder)) git("worktree", "add", "--detach", folder, hash);
  for (const [command, args] of [
    [process.execPath, [join(folder, "scripts", "build.mjs")]],
    [join(folder, "node_modules", ".bin", "tsc"), ["-b", "bench"]],
  ] as const) {
    execFileSync(command, args, { cwd: folder, stdio: ["ignore", 2, 2] });
  }
  return folder;
}

function git(...args: readonly string[]): string {
  return execFileSync("git", [...args], { cwd: repositoryRoot, encoding: "utf8", stdio: ["ignore", "pipe", 2] }).trim();
}
