import type { HostStatus } from "@arbitex/core/host";
import { totalOf } from "@arbitex/core/host";
import { createLiveArea } from "../terminal/live-area.ts";
import { bytesText, grouped, roughly } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { createRateMeter } from "../terminal/rate-meter.ts";
import { BAR_WIDTH, barOf } from "../terminal/share-progress.ts";
import type { OutputStream } from "../terminal/terminal.ts";
import { sizeOf } from "../terminal/terminal.ts";

/** Progress of reading the input. */
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
        const settled = settledOf(status());
        const view = deliveryOf(now, settled, meter.update(settled, Date.now()));
        if (isTerminal) area.draw([barLine(view, paint, sizeOf(stream).columns)]);
        else stream.write(`${view.texts.join(", ")}\n`);
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

/** Progress of delivery: the share of the input that the slowest destination has settled, and texts beside it. */
export interface Delivery {
  /** Undefined for a pipe, whose length is unknown. */
  readonly share: number | undefined;
  /** Most important first: a narrow terminal shows as many as fit. */
  readonly texts: readonly string[];
}

/** Least rate for a meaningful estimate of the remaining time. */
const LEAST_RATE = 0.1;

export function deliveryOf(reading: Reading, settled: number, perSecond: number): Delivery {
  const { events, bytes, totalBytes, isDone } = reading;
  const rate = `${grouped(perSecond)}/s`;
  const readShare = isDone ? 1 : totalBytes === undefined || totalBytes === 0 ? 0 : Math.min(1, bytes / totalBytes);
  if (readShare === 0 || events === 0) {
    return {
      share: undefined,
      texts: [`${grouped(settled)} of ${grouped(events)} delivered`, rate, `read ${bytesText(bytes)}`],
    };
  }
  const total = Math.max(events, Math.round(events / readShare));
  const share = Math.min(1, settled / total);
  const delivered = `${grouped(settled)} of ${isDone ? "" : "about "}${grouped(total)} delivered`;
  const left = perSecond < LEAST_RATE ? [] : [`about ${roughly(((total - settled) / perSecond) * 1000)} left`];
  return { share, texts: [`${Math.floor(share * 100)}%`, delivered, ...left, rate] };
}

function barLine({ share, texts }: Delivery, paint: Paint, width: number): string {
  const space = share === undefined ? width - 2 : width - BAR_WIDTH - 3;
  let label = "";
  for (const text of texts) {
    const longer = label === "" ? text : `${label}  ${text}`;
    if (longer.length > space) break;
    label = longer;
  }
  return share === undefined ? ` ${label}` : ` ${paint("cyan", barOf(share))} ${label}`;
}

/** Events settled by the slowest destination. */
function settledOf({ destinations }: HostStatus): number {
  const settled = destinations.map(({ counts }) => counts.delivered + counts.filtered + totalOf(counts.deadLettered));
  return settled.length === 0 ? 0 : Math.min(...settled);
}
