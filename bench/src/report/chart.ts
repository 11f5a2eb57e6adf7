import type { CaseResult, ResultRow } from "./summarise.ts";

const WIDTH = 860;
const LABEL_WIDTH = 230;
const VALUE_WIDTH = 110;
const ROW = 22;
const BAR = 14;
const CASE_GAP = 34;
const TITLE_BASELINE = 18;
const FONT = "12px system-ui, sans-serif";

/** Bars of CPU for each case, shortest first, as an SVG that is readable on a light page and on a dark one. */
export function chart(results: readonly CaseResult[]): string {
  const parts: string[] = [];
  let y = 0;
  for (const { title, rows } of results) {
    parts.push(text(0, y + TITLE_BASELINE, "title", title));
    y += CASE_GAP;
    const most = Math.max(...rows.map((row) => row.cpuSecondsPerMillion));
    for (const row of rows.toSorted((a, b) => a.cpuSecondsPerMillion - b.cpuSecondsPerMillion)) {
      parts.push(bar(row, y, most));
      y += ROW;
    }
    y += ROW;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="CPU seconds per million events">
<style>
  text { font: ${FONT}; fill: #24292f; }
  .title { font-weight: 600; }
  .ours { fill: #1a7f5a; }
  .yardstick { fill: #8c959f; }
  .peer { fill: #c0782a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #d6dbe1; }
    .ours { fill: #3fb98a; }
    .yardstick { fill: #7d8590; }
    .peer { fill: #d99a52; }
  }
</style>
${parts.join("\n")}
</svg>
`;
}

function bar({ name, cpuSecondsPerMillion, ratio }: ResultRow, y: number, most: number): string {
  const width = ((WIDTH - LABEL_WIDTH - VALUE_WIDTH) * cpuSecondsPerMillion) / most;
  const kind = name.startsWith("ours") ? "ours" : name.startsWith("prototype") ? "yardstick" : "peer";
  const value = `${cpuSecondsPerMillion.toFixed(1)} s, ${ratio.toFixed(2)} ×`;
  return [
    text(0, y + BAR - 2, "", name),
    `<rect class="${kind}" x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
    text(LABEL_WIDTH + width + 8, y + BAR - 2, "", value),
  ].join("\n");
}

function text(x: number, y: number, kind: string, words: string): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${y}"${kind === "" ? "" : ` class="${kind}"`}>${escaped}</text>`;
}
