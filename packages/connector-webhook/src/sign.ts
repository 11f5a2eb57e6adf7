import { createHash, createHmac } from "node:crypto";

/** The signed parts of a message. */
export interface Signed {
  readonly id: string;
  /** Time of this attempt, in seconds since the epoch. */
  readonly timestamp: number;
  readonly body: Buffer;
}

/**
 * Returns the id of a message: the same for the same body of a destination in every attempt, so that a receiver can
 * drop duplicates. No two batches have the same body, since each event is in one.
 */
export function messageId(destinationId: string, body: Buffer): string {
  const hash = createHash("sha256").update(`${destinationId}\n`).update(body).digest("base64url");
  return `msg_${hash}`;
}

/** Returns the `webhook-signature` of Standard Webhooks: one signature per key, newest first. */
export function signatures({ id, timestamp, body }: Signed, keys: readonly Buffer[]): string {
  const head = `${id}.${timestamp}.`;
  return keys.map((key) => `v1,${createHmac("sha256", key).update(head).update(body).digest("base64")}`).join(" ");
}
