import { counted, grouped, roughly } from "../terminal/numbers.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { Cell, Column } from "../terminal/table.ts";
import { cut, tableLines } from "../terminal/table.ts";
import type { DestinationLine, StatusReport } from "./status-report.ts";
import { needsAttention, worstFirst } from "./status-report.ts";

export interface StatusView {
  readonly paint: Paint;
  /** Columns of the terminal; undefined when nothing is cut. */
  readonly width: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const HEALTH_STYLE: Readonly<Record<DestinationLine["health"], Style>> = {
  pending: "dim",
  healthy: "green",
  degraded: "yellow",
  failed: "red",
};

const COLUMNS: readonly Column[] = [
  { title: "DESTINATION", shrinkTo: 8 },
  { title: "HEALTH" },
  { title: "SINCE", align: "right", from: 60 },
  { title: "QUEUED", align: "right" },
  { title: "OLDEST", align: "right", from: 70 },
  { title: "DEAD", align: "right" },
  { title: "RATE", align: "right", from: 80 },
];

/** The server, a table with the worst destination first, and below it the problems and their fixes. */
export function statusText(report: StatusReport, view: StatusView): string[] {
  const { paint, width } = view;
  const destinations = worstFirst(report.destinations);
  return [
    ...headLines(report, view),
    "",
    ...(destinations.length === 0
      ? ["No destinations."]
      : tableLines(
          COLUMNS,
          destinations.map((line) => rowOf(line, view.now)),
          { paint, width, indent: 1 },
        )),
    ...destinations.filter(needsAttention).flatMap((line) => ["", ...troubleLines(line, view)]),
    ...elsewhereLines(report, view),
    ...nodeLines(report, view),
  ];
}

/** Everything about one destination. */
export function destinationText(line: DestinationLine, { paint, now }: StatusView): string[] {
  const facts: (readonly [string, string | null])[] = [
    ["type", line.type],
    ["organisation", line.org_id ?? "all"],
    ["configured by", line.configured_by],
    ["since", momentText(line.since, now)],
    ["reason", line.reason],
    ["on", nodesText(line)],
    ["fix", line.fix],
    ["next attempt", nextText(line.next_attempt_at, now)],
    ["delivered", `${grouped(line.delivered)}, ${grouped(line.rate)}/s`],
    ["last delivery", momentText(line.last_delivery_at, now)],
    ["queued", queuedText(line)],
    ["dead letters", deadLettersText(line)],
    ["silence", silenceText(line, now)],
    ["last error", line.last_error],
  ];
  return [
    `${paint("bold", printable(line.id))} is ${paint(HEALTH_STYLE[line.health], line.health)}`,
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(14)}${printable(value)}`])),
  ];
}

function headLines({ server, destinations }: StatusReport, { paint, width, now }: StatusView): string[] {
  const { pid, node, version, started_at, config } = server;
  const troubled = destinations.filter(needsAttention).length;
  const sum =
    troubled === 0
      ? paint("green", "all is well")
      : paint("yellow", `${troubled} of ${destinations.length} need a look`);
  const place = `arbitex-siem ${version}, process ${pid} on ${node}, up ${roughly(now - Date.parse(started_at))}`;
  const shown = width === undefined ? place : cut(place, width);
  return [shown, `${config === null ? "" : `${config}: `}${counted(destinations.length, "destination")}, ${sum}`];
}

function rowOf(line: DestinationLine, now: number): readonly Cell[] {
  const { id, health, since, queued, oldest_age_seconds: oldest, dead_letters_waiting: deadLetters, rate } = line;
  return [
    printable(id),
    { text: health, style: HEALTH_STYLE[health] },
    since === null ? "" : roughly(now - Date.parse(since)),
    grouped(queued),
    queued === 0 ? "" : roughly(oldest * 1000),
    deadLetters === 0 ? "0" : { text: grouped(deadLetters), style: "yellow" },
    `${grouped(rate)}/s`,
  ];
}

function troubleLines(line: DestinationLine, { paint, width, now }: StatusView): string[] {
  const { id, health, reason, fix, next_attempt_at, dead_letters_waiting: deadLetters } = line;
  const isWell = health === "healthy" || health === "pending";
  const next = nextText(next_attempt_at, now);
  const silence = silenceText(line, now);
  const lines = [
    ...(isWell
      ? []
      : [
          paint(HEALTH_STYLE[health], fitted(`${printable(id)}: ${printable(reason ?? health)}${onText(line)}`, width)),
        ]),
    ...(fix === null ? [] : [fitted(`  ${printable(fix)}`, width)]),
    ...(isWell || next === null ? [] : [`  next attempt ${next}`]),
    ...(silence === null ? [] : [paint("yellow", fitted(`${isWell ? `${printable(id)}: ` : "  "}${silence}`, width))]),
    ...(deadLetters === 0 ? [] : [`${isWell ? printable(id) : " "} ${deadLettersText(line) ?? ""}`]),
    ...(deadLetters === 0
      ? []
      : [fitted(`  to look: arbitex-siem dead-letters list --destination ${printable(id)}`, width)]),
  ];
  return lines;
}

function elsewhereLines({ dead_letters_elsewhere: elsewhere }: StatusReport, { paint }: StatusView): string[] {
  if (elsewhere.length === 0) return [];
  return [
    "",
    paint("yellow", "Dead letters of destinations that this server does not have:"),
    ...elsewhere.map(({ destination, waiting }) => `  ${printable(destination)}: ${grouped(waiting)}`),
    "  to send them elsewhere: arbitex-siem dead-letters replay --destination ID --to OTHER",
  ];
}

const NODE_COLUMNS: readonly Column[] = [
  { title: "NODE", shrinkTo: 8 },
  { title: "VERSION" },
  { title: "UP", align: "right" },
  { title: "PARTITIONS", align: "right" },
];

function nodeLines({ nodes }: StatusReport, { paint, width, now }: StatusView): string[] {
  if (nodes.length === 0) return [];
  const rows = nodes.map(({ name, version, started_at, partitions }) => [
    printable(name),
    printable(version),
    roughly(now - Date.parse(started_at)),
    grouped(partitions.length),
  ]);
  return ["", ...tableLines(NODE_COLUMNS, rows, { paint, width, indent: 1 })];
}

/** Names the server that says so, where there are several. */
function onText({ nodes: [worst] }: DestinationLine): string {
  return worst === undefined ? "" : ` (on ${printable(worst.node)})`;
}

/** Which servers say what, where they differ. */
function nodesText({ nodes, health }: DestinationLine): string | null {
  if (nodes.length === 0 || health === "healthy" || health === "pending") return null;
  return nodes.map((one) => `${one.node} ${one.health}`).join(", ");
}

function queuedText({ queued, under_way, oldest_age_seconds, attempt_age_seconds }: DestinationLine): string {
  if (queued === 0) return "0";
  const attempt = under_way === 0 ? "" : `, ${grouped(under_way)} under way for ${roughly(attempt_age_seconds * 1000)}`;
  return `${grouped(queued)}, the oldest for ${roughly(oldest_age_seconds * 1000)}${attempt}`;
}

function deadLettersText({
  dead_letters_waiting: waiting,
  dead_letters_waiting_by_stage: stages,
}: DestinationLine): string | null {
  if (waiting === 0) return null;
  const parts = Object.entries(stages).map(([stage, count]) => `${stage} ${grouped(count)}`);
  return `${counted(waiting, "dead letter waits", "dead letters wait")} (${parts.join(", ")})`;
}

/** What the silence alarm says: the events may be stuck before this server. */
function silenceText({ silence }: DestinationLine, now: number): string | null {
  if (silence === null) return null;
  const { since, usual_per_hour: usual } = silence;
  const usually = `usually ${counted(usual, "event comes", "events come")} an hour`;
  return `nothing has come for ${roughly(now - Date.parse(since))}, ${usually}: see whether the sender still runs`;
}

function momentText(at: string | null, now: number): string | null {
  return at === null ? null : `${at}, ${roughly(now - Date.parse(at))} ago`;
}

function nextText(at: string | null, now: number): string | null {
  if (at === null) return null;
  const ms = Date.parse(at) - now;
  return ms <= 0 ? "now" : `in ${roughly(ms)}`;
}

function fitted(text: string, width: number | undefined): string {
  return width === undefined ? text : cut(text, width);
}
