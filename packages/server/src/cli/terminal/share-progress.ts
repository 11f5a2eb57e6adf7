import { createLiveArea } from "./live-area.ts";
import type { Paint } from "./paint.ts";
import { cut } from "./table.ts";
import type { OutputStream } from "./terminal.ts";
import { sizeOf } from "./terminal.ts";

/** Progress of one task: a bar on a terminal, a line every few seconds elsewhere. */
export interface ShareProgress {
  /** `share` is from 0 to 1; `text` stands beside it. */
  update(share: number, text: string): void;
  /** Writes text above the bar. */
  write(text: string): void;
  end(): void;
}

export const BAR_WIDTH = 24;
const LINE_EVERY_MS = 5000;

export function createShareProgress(stream: OutputStream, paint: Paint, now = Date.now): ShareProgress {
  const area = createLiveArea(stream);
  const isTerminal = stream.isTTY === true;
  let shownAt = now();
  return {
    update(share, text) {
      if (isTerminal) {
        const label = cut(text, sizeOf(stream).columns - BAR_WIDTH - 3);
        area.draw([` ${paint("cyan", barOf(share))} ${label}`]);
      } else if (now() - shownAt >= LINE_EVERY_MS) {
        shownAt = now();
        stream.write(`${text}\n`);
      }
    },
    write: (text) => (isTerminal ? area.above(text) : void stream.write(text)),
    end() {
      if (isTerminal) area.clear();
    },
  };
}

export function barOf(share: number): string {
  const filled = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
}
