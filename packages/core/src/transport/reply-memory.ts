/** Memory limit for replies under way, shared by one organisation's destinations. */
export interface ReplyMemory {
  /** Reserves bytes. Returns false if too few are left. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** Enough for a hundred large bulk replies at once. */
const MAX_BYTES_PER_ORG = 16 * 1024 * 1024;

/** Creates the reply memories of a host. Keeps nothing for organisations without a reply under way. */
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
