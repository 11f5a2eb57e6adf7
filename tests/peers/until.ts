import { setTimeout } from "node:timers/promises";

/** Resolves once the condition holds; throws, naming what was awaited, when it does not in time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { what, limitMs }: { readonly what: string; readonly limitMs: number },
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${limitMs} ms`);
    await setTimeout(20);
  }
}
