import type { OutputStream, Terminal } from "./terminal.ts";

/**
 * What turns text around, hides it, or commands a terminal with a single character: controls of the second set, marks of
 * direction, invisible spaces and tags. None of it is ever ours.
 */
const TRICKS = /[\u007f-\u009f\p{Bidi_Control}\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The text with such characters written as escapes: in JSON they stay what they are, and anywhere they can be seen. */
export function defused(text: string): string {
  return text.replaceAll(TRICKS, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeOf(character.charCodeAt(at))).join(""),
  );
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A terminal to which nothing else gets through, whoever wrote it. */
export function defusedTerminal(terminal: Terminal): Terminal {
  return { ...terminal, stdout: defusedStream(terminal.stdout), stderr: defusedStream(terminal.stderr) };
}

/** Whether it is a person's, and how wide, is asked anew each time: windows change. */
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
