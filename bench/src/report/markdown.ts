import type { CaseResult } from "./summarise.ts";

/** A case as a table of a Markdown document. */
export function markdownTable({ title, rows }: CaseResult): string {
  const lines = rows
    .toSorted((a, b) => a.cpuSecondsPerMillion - b.cpuSecondsPerMillion)
    .map(({ name, cpuSecondsPerMillion, ratio, eventsPerSecond, peakMegabytes }) => {
      const label = name.startsWith("ours") ? `**${name}**` : name;
      const rate = Math.round(eventsPerSecond / 100) * 100;
      return `| ${label} | ${cpuSecondsPerMillion.toFixed(1)} | ${ratio.toFixed(2)} | ${rate.toLocaleString("en")} | ${peakMegabytes.toFixed(0)} |`;
    });
  return `| ${title} | CPU s per M events | ratio | events/s | peak MB |
| --- | ---: | ---: | ---: | ---: |
${lines.join("\n")}
`;
}
