import type { Logger } from "../telemetry/logger.ts";

/** Creates an `onShortened` that logs the first shortened message, the tenth, the hundredth and so on. */
export function createShorteningNote({ logger }: { readonly logger: Logger }): () => void {
  let shortened = 0;
  let nextNote = 1;
  return () => {
    shortened++;
    if (shortened < nextNote) return;
    nextNote *= 10;
    logger.warn({ shortened }, "messages are longer than max_message_bytes and are shortened");
  };
}
