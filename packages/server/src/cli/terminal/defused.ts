import type { OutputStream, Terminal } from "./terminal.ts";

/**
 * Characters that reverse or hide text, or control a terminal: C1 controls, bidirectional marks, invisible spaces and
 * tags. The program itself writes none of them.
 */
const TRICKS = /[\u007f-\u009f\p{Bidi_Control}\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Escapes these characters. In JSON the escape means the same character; elsewhere it becomes visible. */
export function defused(text: string): string {
  return text.replaceAll(TRICKS, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeOf(character.charCodeAt(at))).join(""),
  );
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A terminal whose streams escape these characters, whatever part of the program writes them. */
export function defusedTerminal(terminal: Terminal): Terminal {
  return { ...terminal, stdout: defusedStream(terminal.stdout), stderr: defusedStream(terminal.stderr) };
}

/** Reads `isTTY` and the size from the stream each time, because windows are resized. */
function defusedStream(stream: OutputStream): OutputStream {
  return {
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    write: (text) => stream.write(defused(text)),
    once: (event, listener) => stream.once?.(event, listener),
  };
}
