import type { ReplayAccount } from "@arbitex/core/host";
import { grouped } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { createShareProgress } from "../terminal/share-progress.ts";
import type { OutputStream } from "../terminal/terminal.ts";

/** Shows a replay's progress: a bar on a terminal, a line every few seconds elsewhere. */
export function createReplayProgress(stream: OutputStream, paint: Paint, id: string, total: number) {
  const progress = createShareProgress(stream, paint);
  return {
    update({ settled, deadLettered, offered }: ReplayAccount) {
      const counts = `${grouped(offered)} of ${grouped(total)}, ${grouped(settled)} settled, ${grouped(deadLettered)} dead-lettered again`;
      progress.update(offered / total, `${id}: ${counts}`);
    },
    write: (text: string) => progress.write(text),
    end: () => progress.end(),
  };
}
