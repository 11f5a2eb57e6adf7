import type { CheckGroup } from "../conformance/check.ts";
import { LONGEST_CHECK_MS } from "../conformance/check.ts";

export interface CheckResult {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "left_out";
  /** The failed expectations, as sentences. */
  readonly problems: readonly string[];
  /** Why it was skipped. */
  readonly reason?: string;
}

/** Runs checks one after the other and passes on each result at once. A check that throws has failed. */
export async function runChecks(
  groups: readonly CheckGroup[],
  onResult: (result: CheckResult) => void = () => undefined,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name: group, checks } of groups) {
    for (const { id, title, problems, leftOut } of checks) {
      const outcome = await outcomeOf(problems, leftOut);
      const result = { id, group, title, ...outcome };
      results.push(result);
      onResult(result);
    }
  }
  return results;
}

type Outcome = Pick<CheckResult, "status" | "problems" | "reason">;

async function outcomeOf(
  problems: () => Promise<readonly string[]>,
  leftOut: () => Promise<string | undefined>,
): Promise<Outcome> {
  try {
    const reason = await leftOut();
    if (reason !== undefined) return { status: "left_out", problems: [], reason };
    const found = await inTime(problems());
    return { status: found.length === 0 ? "passed" : "failed", problems: found };
  } catch (error) {
    return { status: "failed", problems: [`it throws: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

/** Ends a check that hangs. The timer also keeps the process alive, which a host's timers do not. */
async function inTime(problems: Promise<readonly string[]>): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([`there is no result after ${LONGEST_CHECK_MS / 1000} s`]), LONGEST_CHECK_MS);
  });
  try {
    return await Promise.race([problems, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
