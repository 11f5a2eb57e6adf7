/** Events per second over the last few seconds, from a growing count. */
export interface RateMeter {
  /** Records the count and returns the rate. */
  update(count: number, now: number): number;
}

const WINDOW_MS = 5000;

export function createRateMeter(): RateMeter {
  const samples: { readonly count: number; readonly at: number }[] = [];
  return {
    update(count, now) {
      samples.push({ count, at: now });
      // One sample older than the window is kept, so that the rate covers the whole window.
      while (samples[1] !== undefined && samples[1].at <= now - WINDOW_MS) samples.shift();
      const [first] = samples;
      if (first === undefined || first.at === now) return 0;
      return ((count - first.count) * 1000) / (now - first.at);
    },
  };
}
