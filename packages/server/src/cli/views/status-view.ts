import type { HostStatus } from "@arbitex/core/host";
import { createLiveArea } from "../terminal/live-area.ts";
import type { Paint } from "../terminal/paint.ts";
import type { RateMeter } from "../terminal/rate-meter.ts";
import { createRateMeter } from "../terminal/rate-meter.ts";
import type { OutputStream } from "../terminal/terminal.ts";
import { sizeOf } from "../terminal/terminal.ts";
import type { Observed } from "./status-lines.ts";
import { statusLine, statusLines } from "./status-lines.ts";

/** Shows the state of destinations while a host runs: a table redrawn in place on a terminal, lines elsewhere. */
export interface StatusView {
  start(status: () => HostStatus): void;
  /** Writes other text above the table. */
  write(text: string): void;
  stop(): void;
}

const REDRAW_MS = 250;
const LOOK_MS = 1000;
const LINES_EVERY_MS = 5000;

export function createStatusView(stream: OutputStream, paint: Paint): StatusView {
  return stream.isTTY === true ? createTable(stream, paint) : createLines(stream);
}

function createTable(stream: OutputStream, paint: Paint): StatusView {
  const area = createLiveArea(stream);
  const observe = createObserver();
  let timer: NodeJS.Timeout | undefined;
  let draw: (() => void) | undefined;
  return {
    start(status) {
      draw = () => area.draw(["", ...statusLines(observe(status()), paint, sizeOf(stream).columns)]);
      draw();
      timer = setInterval(draw, REDRAW_MS);
    },
    write: (text) => (timer === undefined ? void stream.write(text) : area.above(text)),
    stop() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      draw?.();
      area.end();
    },
  };
}

/** Prints a line when a destination's health changes, and every few seconds when its counts have changed. */
function createLines(stream: OutputStream): StatusView {
  const observe = createObserver();
  const shown = new Map<string, { readonly health: string; readonly numbers: string; readonly at: number }>();
  let timer: NodeJS.Timeout | undefined;
  const look = (status: HostStatus) => {
    const at = Date.now();
    for (const observed of observe(status)) {
      const { id, health, counts, queued } = observed.status;
      const numbers = JSON.stringify([counts.delivered, counts.deadLettered, queued]);
      const before = shown.get(id);
      const isDue = before === undefined || (at - before.at >= LINES_EVERY_MS && numbers !== before.numbers);
      if (before?.health === health && !isDue) continue;
      shown.set(id, { health, numbers, at });
      stream.write(`${new Date(at).toISOString()} ${statusLine(observed)}\n`);
    }
  };
  return {
    start(status) {
      look(status());
      timer = setInterval(() => look(status()), LOOK_MS);
    },
    write: (text) => void stream.write(text),
    stop: () => clearInterval(timer),
  };
}

function createObserver(): (status: HostStatus) => readonly Observed[] {
  const meters = new Map<string, RateMeter>();
  return ({ destinations }) =>
    destinations.map((status) => {
      let meter = meters.get(status.id);
      if (meter === undefined) {
        meter = createRateMeter();
        meters.set(status.id, meter);
      }
      return { status, perSecond: meter.update(status.counts.delivered, Date.now()) };
    });
}
