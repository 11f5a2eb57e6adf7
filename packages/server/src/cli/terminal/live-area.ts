import { stripVTControlCharacters } from "node:util";
import type { OutputStream } from "./terminal.ts";
import { sizeOf } from "./terminal.ts";

/** Lines at the bottom of a terminal, redrawn in place while other output scrolls above them. */
export interface LiveArea {
  draw(lines: readonly string[]): void;
  /** Writes text above the lines. */
  above(text: string): void;
  /** Keeps the last lines on screen and releases the terminal. */
  end(): void;
  /** Erases the lines and releases the terminal. */
  clear(): void;
}

const HIDE_CURSOR = "\u001B[?25l";
const SHOW_CURSOR = "\u001B[?25h";
const CLEAR_BELOW = "\u001B[0J";

export function createLiveArea(stream: OutputStream): LiveArea {
  let shown: readonly string[] = [];
  const erase = () => (shown.length === 0 ? "" : `\u001B[${rowsOf(shown, sizeOf(stream).columns)}A\r${CLEAR_BELOW}`);
  return {
    draw(all) {
      const lines = fitting(all, sizeOf(stream).rows - 1);
      stream.write(`${HIDE_CURSOR}${erase()}${textOf(lines)}`);
      shown = lines;
    },
    above(text) {
      stream.write(`${erase()}${text}${textOf(shown)}`);
    },
    end() {
      stream.write(SHOW_CURSOR);
      shown = [];
    },
    clear() {
      stream.write(`${erase()}${SHOW_CURSOR}`);
      shown = [];
    },
  };
}

/** Rows that the lines occupy. A terminal that has become narrower since they were drawn has wrapped them. */
function rowsOf(lines: readonly string[], columns: number): number {
  const rows = lines.map((line) => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)));
  return rows.reduce((sum, count) => sum + count, 0);
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Drops lines that do not fit: those scrolled off the screen cannot be redrawn. */
function fitting(lines: readonly string[], rows: number): readonly string[] {
  return lines.length <= rows ? lines : [...lines.slice(0, Math.max(0, rows - 1)), `… ${lines.length - rows + 1} more`];
}
