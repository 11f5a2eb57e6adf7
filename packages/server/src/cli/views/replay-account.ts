import { counted, grouped } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { Column } from "../terminal/table.ts";
import { tableLines } from "../terminal/table.ts";
import type { DestinationReplay } from "../commands/destination-replay.ts";

/** Dead letters that wait for a destination that is no longer configured. */
export interface LeftOut {
  readonly destination: string;
  readonly waiting: number;
}

export function replayJson(replays: readonly DestinationReplay[], leftOut: readonly LeftOut[], isDryRun: boolean) {
  return {
    dry_run: isDryRun,
    destinations: replays.map(
      ({ id, from = id, found, offered, settled, deadLettered, invalid, foreign, old, end }) => ({
        id,
        from,
        found,
        offered,
        settled,
        dead_lettered: deadLettered,
        invalid,
        foreign,
        old,
        end: end.kind,
        ...(end.kind === "stuck" && { reason: end.reason, fix: end.fix ?? null }),
      }),
    ),
    left_out: leftOut,
  };
}

/** Lists dead letters that no replay reached, and how to send them. */
export function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.map(
    ({ destination, waiting }) => `  ${printable(destination)}: ${counted(waiting, "dead letter")}`,
  );
  return [
    "",
    "Left out, because the configuration does not name their destination:",
    ...lines,
    "To send them to another: arbitex-siem dead-letters replay --destination ID --to OTHER",
  ];
}

interface View {
  readonly isDryRun: boolean;
  readonly paint: Paint;
  readonly width: number | undefined;
}

const number = (title: string): Column => ({ title, align: "right" });

/** The account of replays, for people. */
export function replayAccountLines(replays: readonly DestinationReplay[], { isDryRun, paint, width }: View): string[] {
  const total = replays.reduce((sum, { found }) => sum + found, 0);
  if (total === 0) return ["No dead letters to replay."];
  if (isDryRun) {
    const lines = replays.map(({ id, found, path }) => `  ${id}: ${counted(found, "event")} of ${path}`);
    return [paint("bold", "Would be sent again (nothing was, this is a dry run):"), ...lines];
  }
  const columns = [
    { title: "DESTINATION", shrinkTo: 12 },
    ...["FOUND", "SENT AGAIN", "SETTLED", "DEAD-LETTERED"].map(number),
  ];
  const rows = replays.map(({ id, found, offered, settled, deadLettered }) => {
    return [id, grouped(found), grouped(offered), grouped(settled), grouped(deadLettered)];
  });
  return [...tableLines(columns, rows, { paint, width }), ...replays.flatMap((one) => remarksOn(one, paint))];
}

function remarksOn(
  { id, end, found, settled, deadLettered, invalid, foreign }: DestinationReplay,
  paint: Paint,
): string[] {
  const remarks: string[] = [];
  if (invalid > 0)
    remarks.push(
      `${id}: ${counted(invalid, "event is", "events are")} not valid by today's limits; left as dead letters.`,
    );
  if (foreign > 0)
    remarks.push(
      `${id}: ${counted(foreign, "event belongs", "events belong")} to another organisation; left as dead letters.`,
    );
  const left = found - settled - deadLettered - invalid - foreign;
  switch (end.kind) {
    case "complete":
      return remarks;
    case "cancelled":
      return [
        ...remarks,
        `${id}: cancelled; ${counted(left, "dead letter is", "dead letters are")} left for the next replay.`,
      ];
    case "stuck": {
      const fix = end.fix === undefined ? [] : [`  ${printable(end.fix)}`];
      const reason = `${paint("red", id)} takes nothing: ${printable(end.reason)}`;
      return [
        ...remarks,
        reason,
        ...fix,
        `  ${counted(left, "dead letter is", "dead letters are")} left for the next replay.`,
      ];
    }
    default:
      return end satisfies never;
  }
}
