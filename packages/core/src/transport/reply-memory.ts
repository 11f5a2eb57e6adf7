/** Memory for replies that are on their way, of which one organisation's destinations have so much together. */
export interface ReplyMemory {
  /** False when there is not so much left. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** Enough for a hundred large bulk replies at a time. */
const MAX_BYTES_PER_ORG = 16 * 1024 * 1024;

/** One for a host: remembers nothing of organisations that have no reply on its way. */
export function createReplyMemories(maxBytes = MAX_BYTES_PER_ORG): (orgId: string | null) => ReplyMemory {
  const taken = new Map<string | null, number>();
  return (orgId) => ({
    take(bytes) {
      const total = (taken.get(orgId) ?? 0) + bytes;
      if (total > maxBytes) return false;
      taken.set(orgId, total);
      return true;
    },
    give(bytes) {
      const left = (taken.get(orgId) ?? 0) - bytes;
      if (left > 0) taken.set(orgId, left);
      else taken.delete(orgId);
    },
  });
}
