import { simulators } from "@arbitex/simulators";
import type { RunReport } from "../run/report.ts";

export interface Row {
  readonly title: string;
  /** Undefined for what the row's fault was no fault of. */
  readonly cells: ReadonlyMap<string, string | undefined>;
}

/** A row's cells: what became of the events at each destination. */
export function rowOf(title: string, types: readonly string[], report: RunReport): Row {
  const cells = types.map((type): [string, string | undefined] => {
    const verdict = report.verdicts.find(({ destination }) => destination === type);
    return [type, verdict && cellOf(verdict, report.settledMs.get(type))];
  });
  return { title, cells: new Map(cells) };
}

function cellOf(
  { lost, unproven, repeated, deadLettered, queued }: RunReport["verdicts"][number],
  settledMs: number | undefined,
): string {
  return [
    `**${lost.length + unproven}**`,
    `${repeated}`,
    settledMs === undefined ? "–" : `${(settledMs / 1000).toFixed(1)} s`,
    ...(deadLettered > 0 ? [`${deadLettered} dead`] : []),
    ...(queued > 0 ? [`${queued} held`] : []),
  ].join(" · ");
}

export function tableText(types: readonly string[], rows: readonly Row[]): string {
  const head = ["Fault", ...types.map((type) => simulators[type]?.displayName ?? type)];
  const lines = rows.map(({ title, cells }) => [title, ...types.map((type) => cells.get(type) ?? "")]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** How far every destination fell behind while one was dead. */
export function isolationText(types: readonly string[], { mostQueued, verdicts }: RunReport): string {
  const [dead] = types;
  const lines = verdicts.map(({ destination, lost, repeated }) => {
    const name = simulators[destination]?.displayName ?? destination;
    const most = mostQueued.get(destination) ?? 0;
    return `| ${name}${destination === dead ? " (dead)" : ""} | ${most} | ${lost.length} | ${repeated} |`;
  });
  return ["| Destination | Most events waiting | Lost | Repeated |", "| --- | --- | --- | --- |", ...lines].join("\n");
}
