import { createRequire } from "node:module";
import type * as Undici from "undici";

const load = createRequire(import.meta.url);

/**
 * Creates an agent of undici, which is loaded at the first call: it takes a tenth of a start, and only connectors that
 * bring a client of their own need it.
 */
export function undiciAgent(options: Undici.Agent.Options): Undici.Agent {
  const { Agent }: typeof Undici = load("undici");
  return new Agent(options);
}
