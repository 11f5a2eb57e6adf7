import type { ReplayAccount } from "@arbitex/core/host";
import { createLiveArea } from "../terminal/live-area.ts";
import { grouped } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import type { OutputStream } from "../terminal/terminal.ts";

const BAR_WIDTH = 24;
const LINE_EVERY_MS = 5000;

/** Shows how far a replay is: a bar on a terminal, a line every few seconds elsewhere. */
export function createReplayProgress(stream: OutputStream, paint: Paint, id: string, total: number) {
  const area = createLiveArea(stream);
  const isTerminal = stream.isTTY === true;
  let shownAt = Date.now();
  return {
    update({ settled, deadLettered, offered }: ReplayAccount) {
      const counts = `${grouped(offered)} of ${grouped(total)}, ${grouped(settled)} settled, ${grouped(deadLettered)} dead-lettered again`;
      if (isTerminal) {
        const filled = Math.round((offered / total) * BAR_WIDTH);
        const bar = `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
        area.draw([` ${paint("cyan", bar)} ${id}: ${counts}`]);
      } else if (Date.now() - shownAt >= LINE_EVERY_MS) {
        shownAt = Date.now();
        stream.write(`${id}: ${counts}\n`);
      }
    },
    write: (text: string) => (isTerminal ? area.above(text) : void stream.write(text)),
    end() {
      if (isTerminal) area.clear();
    },
  };
}
