import type { Sinks } from "../contender.ts";
import { everySink } from "../contender.ts";

/** The sinks that were started, in the bench's order. */
export function presentSinks(sinks: Sinks) {
  return everySink.flatMap((type) => {
    const address = sinks[type];
    return address === undefined ? [] : [{ type, address }];
  });
}
