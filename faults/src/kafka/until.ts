/** Waits until something is true. Throws, naming it, when that takes longer than the limit. */
export async function until(what: string, limitMs: number, isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > endsAt) throw new Error(`${what}: not within ${limitMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
