import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** The next message of a child; its type is a matter between two files of this folder. */
export async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const { exitCode, signalCode } = child;
  if (exitCode !== null || signalCode !== null) throw new Error(endOf(exitCode, signalCode));
  const ended = new AbortController();
  const options = { signal: ended.signal };
  try {
    const message = once(child, "message", options);
    const exit = once(child, "exit", options).then(([code, signal]: unknown[]): never => {
      throw new Error(endOf(code, signal));
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const [answer] = (await Promise.race([message, exit])) as [Answer];
    exit.catch(() => undefined);
    return answer;
  } finally {
    ended.abort();
  }
}

function endOf(code: unknown, signal: unknown): string {
  return `a process of the bench ended with ${String(signal ?? code)}`;
}
