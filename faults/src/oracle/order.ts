/** When a client posted an event, and when it was acknowledged. On one clock. */
export interface Posted {
  readonly postedAt: number;
  readonly acknowledgedAt: number;
}

/**
 * Ids of events that came to a SIEM after one that was published later. Of repeats the first counts. Where two were on their
 * way at the same time, both orders are right, but within one request there is only one; `postedOf` gives nothing for events
 * that were posted more than once.
 */
export function misplacedEvents(
  ids: readonly string[],
  postedOf: (id: string) => (Posted & { readonly index: number }) | undefined,
): readonly string[] {
  const seen = new Set<string>();
  const lastOfRequest = new Map<number, number>();
  let latestPost = Number.NEGATIVE_INFINITY;
  return ids.filter((id) => {
    const posted = postedOf(id);
    if (posted === undefined || seen.has(id)) return false;
    seen.add(id);
    const { postedAt, acknowledgedAt, index } = posted;
    const isLate = acknowledgedAt < latestPost || index < (lastOfRequest.get(postedAt) ?? -1);
    latestPost = Math.max(latestPost, postedAt);
    lastOfRequest.set(postedAt, index);
    return isLate;
  });
}
