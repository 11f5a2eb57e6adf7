import { counted, grouped } from "../terminal/numbers.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { Finding, LineVerdict } from "./judge-line.ts";

/** What was found in an input, by code, with the first line of each of some places. */
export interface FindingsReport {
  /** Adds the verdict over the next line. */
  add(verdict: LineVerdict): void;
  readonly linesWithErrors: number;
  readonly errorCodes: Iterable<string>;
  /** For a person. */
  text(title: string, paint: Paint): readonly string[];
}

interface Group {
  count: number;
  readonly examples: (Finding & { readonly line: number })[];
}

/** Of one code; each at a path of its own, for the same place again says nothing new. */
const EXAMPLES = 5;

export function createFindingsReport(): FindingsReport {
  const errors = new Map<string, Group>();
  const warnings = new Map<string, Group>();
  let lines = 0;
  let linesWithErrors = 0;
  let linesWithWarnings = 0;

  function addTo(groups: Map<string, Group>, finding: Finding): void {
    const group = groups.get(finding.code) ?? { count: 0, examples: [] };
    groups.set(finding.code, group);
    group.count++;
    const isNew = group.examples.length < EXAMPLES && group.examples.every(({ path }) => path !== finding.path);
    if (isNew) group.examples.push({ ...finding, line: lines });
  }

  return {
    add(verdict) {
      lines++;
      if (verdict.errors.length > 0) linesWithErrors++;
      if (verdict.warnings.length > 0) linesWithWarnings++;
      for (const finding of verdict.errors) addTo(errors, finding);
      for (const finding of verdict.warnings) addTo(warnings, finding);
    },
    get errorCodes() {
      return errors.keys();
    },
    get linesWithErrors() {
      return linesWithErrors;
    },
    text(title, paint) {
      const withErrors = `${grouped(linesWithErrors)} with errors`;
      const verdict = linesWithErrors === 0 ? paint("green", "no errors") : paint("red", withErrors);
      const summary = `${counted(lines, "line")}, ${verdict}, ${grouped(linesWithWarnings)} with warnings`;
      return [
        `${paint("bold", printable(title))}: ${summary}`,
        ...groupLines("Errors", errors, "red", paint),
        ...groupLines("Warnings", warnings, "yellow", paint),
      ];
    },
  };
}

/** The most frequent first. */
function groupLines(title: string, groups: ReadonlyMap<string, Group>, style: Style, paint: Paint): readonly string[] {
  if (groups.size === 0) return [];
  const sorted = [...groups].toSorted(([, a], [, b]) => b.count - a.count);
  const width = Math.max(...sorted.map(([, { count }]) => grouped(count).length));
  return [
    "",
    paint("bold", title),
    ...sorted.flatMap(([code, { count, examples }]) => [
      `  ${grouped(count).padStart(width)}  ${paint(style, code)}`,
      ...examples.map(
        ({ line, message }) => `  ${" ".repeat(width)}    ${paint("dim", `line ${line}:`)} ${shown(message)}`,
      ),
      ...(count > examples.length ? [`  ${" ".repeat(width)}    ${paint("dim", "…")}`] : []),
    ]),
  ];
}

const MOST_SHOWN = 200;

/** A message may quote what the event says, and an event may say a great deal. */
function shown(message: string): string {
  const text = printable(message);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
