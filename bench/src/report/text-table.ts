import type { CaseResult } from "./summarise.ts";

/** A case as columns for a terminal. */
export function textTable({ title, rows }: CaseResult): string {
  const width = Math.max(title.length, ...rows.map(({ name }) => name.length)) + 2;
  const head = `${title.padEnd(width)}${"CPU s/M".padStart(9)}${"main".padStart(7)}${"ratio".padStart(7)}${"events/s".padStart(11)}${"peak MB".padStart(9)}`;
  const lines = rows.map((row) => {
    const { name, cpuSecondsPerMillion, mainThreadSecondsPerMillion, ratio, eventsPerSecond, peakMegabytes } = row;
    return [
      name.padEnd(width),
      cpuSecondsPerMillion.toFixed(1).padStart(9),
      (mainThreadSecondsPerMillion?.toFixed(1) ?? "").padStart(7),
      ratio.toFixed(2).padStart(7),
      Math.round(eventsPerSecond).toLocaleString("en").padStart(11),
      peakMegabytes.toFixed(0).padStart(9),
    ].join("");
  });
  return `${[head, ...lines].join("\n")}\n`;
}
