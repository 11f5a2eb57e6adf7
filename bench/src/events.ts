import { createEventGenerator } from "@arbitex/simulators";
import type { BenchEvent } from "./contender.ts";

/** The same events for everyone, from an hour ago on, for Datadog takes no old ones. */
export function* generateEvents(count: number): Generator<BenchEvent> {
  const generator = createEventGenerator({ seed: 1, startTime: Date.now() - 3_600_000 });
  for (let made = 0; made < count; made++) yield generator.next();
}

/** The first events of a run warm up whoever is measured: code is compiled, connections are opened. */
export function warmUpOf(count: number): number {
  return Math.ceil(count / 10);
}
