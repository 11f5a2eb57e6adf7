import { derived, headerFields, mapping, notSent } from "@arbitex/core/syslog";
import type { Row, Target } from "@arbitex/core/syslog";

const WEIGHTS = {
  message: "shortened first",
  custom: "shortened second",
  optional: "left out third",
  essential: "shortened last",
} as const;

/** The tables of the README that show where each field goes. */
export function mappingTables(): string {
  return [
    "| OCSF, the first that is there | CEF | Most | LEEF | In a message that is too long |",
    "| --- | --- | --: | --- | --- |",
    ...mapping.map(rowOf),
    "",
    `Here ${list(Object.entries(derived).map(([name, meaning]) => `\`${name}\` is ${meaning}`))}. Paths that begin with \`actor\` or`,
    "`src_endpoint` are also looked for under `unmapped` and `evidences[0]`, where the strict rendering and class 2004 have them.",
    "",
    "| OCSF | Header |",
    "| --- | --- |",
    ...Object.entries(headerFields).map(([path, place]) => `| \`${path}\` | ${place} |`),
    "",
    "| Not sent | For it |",
    "| --- | --- |",
    ...Object.entries(notSent).map(([path, reason]) => `| \`${path}\` | ${reason} |`),
  ].join("\n");
}

function rowOf({ from, weight, cef, leef }: Row): string {
  const paths = from.map((path) => `\`${path.replace(".0.", "[0].")}\``).join(", ");
  return `| ${paths} | ${keyOf(cef)} | ${cef?.max ?? ""} | ${keyOf(leef)} | ${WEIGHTS[weight]} |`;
}

function keyOf(target: Target | undefined): string {
  if (target === undefined) return "";
  return target.label === undefined ? `\`${target.key}\`` : `\`${target.key}\` (${target.label})`;
}

function list(parts: readonly string[]): string {
  return `${parts.slice(0, -1).join(", ")}, and ${parts.at(-1) ?? ""}`;
}

/** A document with what stands between two marks replaced. */
export function withSection(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`there is no ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n${content}\n${document.slice(to)}`;
}
