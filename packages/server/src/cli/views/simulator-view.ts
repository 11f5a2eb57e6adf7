import type { Simulator } from "@arbitex/simulators";
import { createLiveArea } from "../terminal/live-area.ts";
import { grouped } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { createRateMeter } from "../terminal/rate-meter.ts";
import { tableLines } from "../terminal/table.ts";
import type { OutputStream } from "../terminal/terminal.ts";
import { sizeOf } from "../terminal/terminal.ts";

const REDRAW_MS = 500;
const LOOK_MS = 1000;
const COLUMNS = [
  { title: "SIMULATOR" },
  { title: "REQUESTS", align: "right" },
  { title: "STORED", align: "right" },
  { title: "REPEATED", align: "right" },
  { title: "REFUSED", align: "right" },
  { title: "RATE", align: "right" },
  { title: "FAULTS", shrinkTo: 8 },
] as const;

/** Shows what simulators have received: a table redrawn in place on a terminal, a line for each change elsewhere. */
export function createSimulatorView(stream: OutputStream, paint: Paint, simulators: readonly Simulator[]) {
  const observed = simulators.map((simulator) => ({ simulator, meter: createRateMeter() }));
  const rows = () =>
    observed.map(({ simulator, meter }) => {
      const { requests, stored, repeated, refused } = simulator.counts();
      const rate = `${grouped(meter.update(stored, Date.now()))}/s`;
      const faults = Object.entries(simulator.faults.injected()).map(([kind, count]) => `${kind} ${count}`);
      return [simulator.type, ...[requests, stored, repeated, refused].map(grouped), rate, faults.join(", ") || "none"];
    });
  if (stream.isTTY === true) {
    const area = createLiveArea(stream);
    const draw = () => area.draw(tableLines(COLUMNS, rows(), { paint, width: sizeOf(stream).columns }));
    draw();
    const timer = setInterval(draw, REDRAW_MS);
    return {
      stop() {
        clearInterval(timer);
        draw();
        area.end();
      },
    };
  }
  const shown = new Map<string, string>();
  const look = () => {
    for (const [type = "", requests, stored, repeated, refused, , faults] of rows()) {
      const counts = Object.entries({ requests, stored, repeated, refused }).map(
        ([key, count = ""]) => `${key}=${count}`,
      );
      const line = `${type} ${counts.join(" ")} faults: ${faults ?? ""}`;
      if (shown.get(type) === line) continue;
      shown.set(type, line);
      stream.write(`${line}\n`);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
    },
  };
}
