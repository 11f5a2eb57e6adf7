import type { DestinationStatus, Health } from "@arbitex/core/host";
import { totalOf } from "@arbitex/core/host";
import { grouped } from "../terminal/numbers.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { cut, tableLines } from "../terminal/table.ts";

/** A destination and its current rate of delivered events per second. */
export interface Observed {
  readonly status: DestinationStatus;
  readonly perSecond: number;
}

const HEALTH_STYLE: Readonly<Record<Health, Style>> = {
  pending: "dim",
  healthy: "green",
  degraded: "yellow",
  failed: "red",
};

/** Least width at which errors fit beside the numbers. On a narrower terminal they stand under the table. */
const WIDE = 110;

const COLUMNS: readonly Column[] = [
  { title: "DESTINATION", shrinkTo: 8 },
  { title: "HEALTH" },
  { title: "DELIVERED", align: "right", from: 56 },
  { title: "QUEUED", align: "right" },
  { title: "DEAD", align: "right" },
  { title: "RATE", align: "right", from: 68 },
  { title: "LAST ERROR", shrinkTo: 10, from: WIDE },
];

/** The live table. A failed destination is shown with the reason and the fix. */
export function statusLines(observed: readonly Observed[], paint: Paint, width: number): string[] {
  const isWide = width - 1 >= WIDE;
  const lines = tableLines(COLUMNS, observed.map(row), { paint, width: width - 1, indent: 1 });
  for (const { status } of observed) {
    const { health, reason, fix, lastError } = status;
    const id = cut(status.id, Math.max(8, Math.floor(width / 3)));
    if (health === "failed") {
      lines.push(paint("red", cut(` ${id}: ${printable(reason ?? "failed")}`, width - 1)));
      if (fix !== undefined) lines.push(cut(`   ${printable(fix)}`, width - 1));
    } else if (!isWide && lastError !== undefined) {
      lines.push(paint("dim", cut(` last error of ${id}: ${printable(lastError)}`, width - 1)));
    }
  }
  return lines;
}

function row({ status, perSecond }: Observed): readonly Cell[] {
  const { id, health, counts, queued, lastError } = status;
  const deadLetters = totalOf(counts.deadLettered);
  return [
    id,
    { text: health, style: HEALTH_STYLE[health] },
    grouped(counts.delivered),
    grouped(queued),
    deadLetters === 0 ? "0" : { text: grouped(deadLetters), style: "red" },
    `${grouped(perSecond)}/s`,
    { text: printable(lastError ?? ""), style: "dim" },
  ];
}

/** One line per destination for a log, without cursor movement. */
export function statusLine({ status, perSecond }: Observed): string {
  const { id, health, counts, queued, lastError } = status;
  const numbers = `delivered=${counts.delivered} queued=${queued} dead-lettered=${totalOf(counts.deadLettered)}`;
  const error = lastError === undefined ? "" : ` last-error=${JSON.stringify(printable(lastError))}`;
  return `${id} ${health} ${numbers} rate=${Math.round(perSecond)}/s${error}`;
}
