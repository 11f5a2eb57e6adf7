import { counted, grouped } from "../terminal/numbers.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { Finding, LineVerdict } from "./judge-line.ts";

/** Findings of an input, grouped by code, with the first lines of some paths. */
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

/** Most examples per code. Each has another path, since the same path again adds nothing. */
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

/** Groups by frequency, the most frequent first. */
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

/** Truncates a message, which may quote a long value of the event. */
function shown(message: string): string {
  const text = printable(message);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
