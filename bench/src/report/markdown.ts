import type { CaseResult } from "./summarise.ts";

/** A case as a table of a Markdown document. */
export function markdownTable({ title, rows }: CaseResult): string {
  const lines = rows
    .toSorted((a, b) => a.cpuSecondsPerMillion - b.cpuSecondsPerMillion)
    .map((row) => {
      const { name, cpuSecondsPerMillion, mainThreadSecondsPerMillion, ratio, eventsPerSecond, peakMegabytes } = row;
      const main = mainThreadSecondsPerMillion?.toFixed(1) ?? "";
      const label = name.startsWith("ours") ? `**${name}**` : name;
      const rate = Math.round(eventsPerSecond / 100) * 100;
      return `| ${label} | ${cpuSecondsPerMillion.toFixed(1)} | ${main} | ${ratio.toFixed(2)} | ${rate.toLocaleString("en")} | ${peakMegabytes.toFixed(0)} |`;
    });
  return `| ${title} | CPU s per M events | of it main thread | ratio | events/s | peak MB |
| --- | ---: | ---: | ---: | ---: | ---: |
${lines.join("\n")}
`;
}
