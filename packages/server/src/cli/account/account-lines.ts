import type { Destination, DestinationStatus, HostStatus } from "@arbitex/core/host";
import { totalOf } from "@arbitex/core/host";
import type { DeadLetterArchive } from "../../dead-letters/dead-letter-archive.ts";
import { counted, grouped } from "../terminal/numbers.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { tableLines } from "../terminal/table.ts";
import type { Account, DestinationAccount } from "./account.ts";

export interface AccountView {
  readonly account: Account;
  readonly status: HostStatus;
  readonly destinations: readonly Destination[];
  readonly deadLetters: Pick<DeadLetterArchive, "placeOf">;
}

const number = (title: string): Column => ({ title, align: "right" });
function columnsOf(hasTakenOver: boolean): readonly Column[] {
  return [
    { title: "DESTINATION", shrinkTo: 12 },
    ...(hasTakenOver ? [number("TAKEN OVER")] : []),
    number("ACCEPTED"),
    number("DELIVERED"),
    number("DEAD-LETTERED"),
    number("FILTERED"),
    number("QUEUED"),
    number("ATTEMPTS"),
  ];
}

/** The account for people: one sentence, the table, and what to do about undelivered events. */
export function accountLines(view: AccountView, paint: Paint, width?: number): string[] {
  const { account, status } = view;
  const { read, accepted, refused } = account;
  const head = read === undefined ? "" : `Read ${counted(read, "event")}: `;
  const summary = `${head}${grouped(accepted)} accepted, ${grouped(refused)} refused.`;
  // Shown only when an earlier process had accepted events.
  const hasTakenOver = account.destinations.some((line) => line.taken_over !== undefined);
  const rows = account.destinations.map((line) => row(line, hasTakenOver));
  const table = tableLines(columnsOf(hasTakenOver), rows, { paint, width });
  const remarks = status.destinations.flatMap((destination) => remarksOn(destination, view, paint));
  return [paint("bold", summary), "", ...table, ...(remarks.length > 0 ? ["", ...remarks] : [])];
}

function row(line: DestinationAccount, hasTakenOver: boolean): readonly Cell[] {
  const { id, taken_over = 0, accepted, delivered, dead_lettered, filtered, queued, attempts } = line;
  return [
    id,
    ...(hasTakenOver ? [grouped(taken_over)] : []),
    grouped(accepted),
    coloured(delivered, "green"),
    coloured(dead_lettered, "red"),
    grouped(filtered),
    coloured(queued, "yellow"),
    grouped(attempts),
  ];
}

function coloured(count: number, style: Style): Cell {
  return count === 0 ? "0" : { text: grouped(count), style };
}

function remarksOn(destination: DestinationStatus, view: AccountView, paint: Paint): readonly string[] {
  const { id, counts, health, reason, fix, queued } = destination;
  const remarks: string[] = [];
  const deadLetters = totalOf(counts.deadLettered);
  const isExplained = health === "failed" || (health === "degraded" && queued + deadLetters > 0);
  if (isExplained) {
    remarks.push(`${paint("red", id)} is ${health}: ${printable(sentence(reason ?? "no reason given"))}`);
    if (fix !== undefined) remarks.push(`  ${printable(fix)}`);
  }
  if (deadLetters === 0) return remarks;
  const stages = Object.entries(counts.deadLettered)
    .filter(([, count]) => count > 0)
    .map(([stage, count]) => `${stage} ${grouped(count)}`);
  const configured = view.destinations.find((candidate) => candidate.id === id) ?? { id };
  remarks.push(
    `${paint("red", id)}: ${counted(deadLetters, "event was", "events were")} dead-lettered (${stages.join(", ")}).`,
    ...(isExplained || destination.lastError === undefined
      ? []
      : [`  The last error was: ${printable(destination.lastError)}`]),
    `  They are in ${view.deadLetters.placeOf(configured)}. To look: arbitex-siem dead-letters list`,
    `  To send them again: arbitex-siem dead-letters replay --destination ${id}`,
  );
  return remarks;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
