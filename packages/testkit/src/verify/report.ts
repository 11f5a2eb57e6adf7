import { styleText } from "node:util";
import type { CheckResult } from "./run-checks.ts";

export type Paint = (style: "bold" | "dim" | "green" | "red" | "yellow", text: string) => string;

/** Colours for a stream. There are none when it is no terminal, or with `NO_COLOR`. */
export function paintFor(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Paint {
  const wanted = isTerminal && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  return wanted ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

/** Width of the longest id, so that titles are aligned. */
const ID_WIDTH = 20;
const MOST_PROBLEMS = 5;
const MARKS = { passed: ["green", "✓"], failed: ["red", "✗"], left_out: ["yellow", "–"] } as const;

/** The lines of one result. The first of a group begins with the group's name; a reason is given once where several share it. */
export function resultLines(result: CheckResult, before: CheckResult | undefined, paint: Paint): readonly string[] {
  const { group, reason } = result;
  const isFirst = group !== before?.group;
  return [
    ...(isFirst ? ["", paint("bold", group)] : []),
    ...checkLines(result, paint),
    ...(reason === undefined || (!isFirst && reason === before?.reason) ? [] : [`      ${paint("dim", reason)}`]),
  ];
}

/** All that failed, again, for the end: a terminal or a log may keep no more. */
export function failureLines(results: readonly CheckResult[], paint: Paint): readonly string[] {
  const failed = results.filter(({ status }) => status === "failed");
  if (failed.length === 0) return [];
  const lines = failed.flatMap((result) => checkLines({ ...result, title: `${result.group}: ${result.title}` }, paint));
  return ["", paint("bold", "Failed"), ...lines];
}

function checkLines({ id, title, status, problems }: CheckResult, paint: Paint): readonly string[] {
  const [style, mark] = MARKS[status];
  const more = problems.length - MOST_PROBLEMS;
  return [
    `  ${paint(style, mark)} ${paint("dim", id.padEnd(ID_WIDTH))} ${title}`,
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `      ${paint("red", problem)}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

export interface Summary {
  readonly package: string;
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  readonly left_out: number;
}

export function summaryOf(manifest: Readonly<Record<string, unknown>>, results: readonly CheckResult[]): Summary {
  const count = (status: CheckResult["status"]) => results.filter((result) => result.status === status).length;
  return {
    package: String(manifest["name"]),
    version: String(manifest["version"]),
    passed: count("passed"),
    failed: count("failed"),
    left_out: count("left_out"),
  };
}

export function summaryLines(summary: Summary, paint: Paint): readonly string[] {
  const { failed, passed, left_out: leftOut } = summary;
  const verdict = failed === 0 ? paint("green", `${passed} passed, none failed`) : paint("red", `${failed} failed`);
  const others = [...(failed > 0 ? [`${passed} passed`] : []), ...(leftOut > 0 ? [`${leftOut} left out`] : [])];
  return ["", `${summary.package}@${summary.version}: ${[verdict, ...others].join(", ")}`, ""];
}
