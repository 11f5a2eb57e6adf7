import { appendFile, readFile } from "node:fs/promises";
import { z } from "zod";

const rowSchema = z.strictObject({
  seed: z.number(),
  kills: z.number(),
  acknowledged: z.number(),
  lost: z.number(),
  overtaken: z.number(),
  repeats: z.number(),
  problems: z.number(),
  seconds: z.number(),
  /** How long the organisations of a killed server waited, in milliseconds. */
  failovers: z.array(z.number()).readonly(),
});

/** What one seed showed, in numbers. */
export type SeedRow = z.output<typeof rowSchema>;

/** Reads what an earlier run wrote, one JSON a line; none if there is no such file. */
export async function readRows(path: string): Promise<readonly SeedRow[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return [];
  }
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => rowSchema.parse(JSON.parse(line)));
}

export function appendRow(path: string, row: SeedRow): Promise<void> {
  return appendFile(path, `${JSON.stringify(row)}\n`);
}

export function isBad({ lost, overtaken, problems }: SeedRow): boolean {
  return lost + overtaken + problems > 0;
}

const COLUMNS = ["seed", "kills", "acknowledged", "lost", "overtaken", "repeats", "problems", "seconds"] as const;

/** A table of all seeds with their sum, and how long deliveries paused after a server was killed. */
export function rowLines(rows: readonly SeedRow[]): readonly string[] {
  const sum = (column: (typeof COLUMNS)[number]) => rows.reduce((total, row) => total + row[column], 0);
  const cells = [
    [...COLUMNS, "failover (s)"],
    ...rows.map((row) => [...COLUMNS.map((column) => String(row[column])), spread(row.failovers)]),
    [
      `${rows.length}`,
      ...COLUMNS.slice(1).map((column) => String(sum(column))),
      spread(rows.flatMap((row) => row.failovers)),
    ],
  ];
  const widths = cells[0]?.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0))) ?? [];
  return cells.map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  "));
}

/** Median and worst. */
function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (index: number) => ((sorted[index] ?? 0) / 1000).toFixed(1);
  return sorted.length === 0 ? "" : `${at(Math.floor(sorted.length / 2))} / ${at(sorted.length - 1)}`;
}
