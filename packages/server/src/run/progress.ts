import type { HostStatus } from "@arbitex/core/host";
import { totalOf } from "@arbitex/core/host";
import { createLiveArea } from "../terminal/live-area.ts";
import { bytesText, grouped } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { createRateMeter } from "../terminal/rate-meter.ts";
import { BAR_WIDTH, barOf } from "../terminal/share-progress.ts";
import { cut } from "../terminal/table.ts";
import type { OutputStream } from "../terminal/terminal.ts";

/** How far the input has been read. */
export interface Reading {
  readonly bytes: number;
  /** Undefined for a pipe. */
  readonly totalBytes: number | undefined;
  readonly events: number;
  readonly isDone: boolean;
}

export interface Progress {
  start(reading: () => Reading, status: () => HostStatus): void;
  write(text: string): void;
  stop(): void;
}

const REDRAW_MS = 100;
const LINE_EVERY_MS = 5000;

/** A bar on a terminal, a line every few seconds elsewhere. */
export function createProgress(stream: OutputStream, paint: Paint): Progress {
  const isTerminal = stream.isTTY === true;
  const area = createLiveArea(stream);
  const meter = createRateMeter();
  let timer: NodeJS.Timeout | undefined;
  return {
    start(reading, status) {
      const show = () => {
        const now = reading();
        const perSecond = meter.update(now.events, Date.now());
        if (isTerminal) area.draw([barLine(now, status(), perSecond, paint, stream.columns ?? 80)]);
        else stream.write(`${progressLine(now, status(), perSecond)}\n`);
      };
      timer = setInterval(show, isTerminal ? REDRAW_MS : LINE_EVERY_MS);
    },
    write: (text) => (isTerminal && timer !== undefined ? area.above(text) : void stream.write(text)),
    stop() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      if (isTerminal) area.clear();
    },
  };
}

function barLine(reading: Reading, status: HostStatus, perSecond: number, paint: Paint, width: number): string {
  const share = shareOf(reading);
  const label = cut(
    `${shareText(reading)}  ${rateText(reading, perSecond)}  ${settledText(status)}`,
    width - BAR_WIDTH - 3,
  );
  return share === undefined ? ` ${label}` : ` ${paint("cyan", barOf(share))} ${label}`;
}

function progressLine(reading: Reading, status: HostStatus, perSecond: number): string {
  return `${shareText(reading)}, ${rateText(reading, perSecond)}, ${settledText(status)}`;
}

function shareText(reading: Reading): string {
  const share = shareOf(reading);
  if (share === undefined) return `read ${bytesText(reading.bytes)}`;
  return `${String(Math.floor(share * 100)).padStart(3)}%`;
}

function shareOf({ bytes, totalBytes, isDone }: Reading): number | undefined {
  if (isDone) return 1;
  return totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, bytes / totalBytes);
}

function rateText({ events, isDone }: Reading, perSecond: number): string {
  return isDone ? `${grouped(events)} read` : `${grouped(perSecond)} events/s`;
}

/** The slowest destination is what one waits for. */
function settledText({ destinations }: HostStatus): string {
  const settled = destinations.map(({ counts }) => counts.delivered + counts.filtered + totalOf(counts.deadLettered));
  return `${grouped(Math.min(...settled))} delivered`;
}
