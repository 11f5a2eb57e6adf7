import { createHash, createHmac } from "node:crypto";

/** What a message is signed as. */
export interface Signed {
  readonly id: string;
  /** Seconds since the epoch, of this attempt. */
  readonly timestamp: number;
  readonly body: Buffer;
}

/**
 * The id of a message: the same for the same body of the same destination, however often it is sent and whoever sends it, so
 * that a receiver can drop what it has. No two batches have the same body, for each event is in one.
 */
export function messageId(destinationId: string, body: Buffer): string {
  const hash = createHash("sha256").update(`${destinationId}\n`).update(body).digest("base64url");
  return `msg_${hash}`;
}

/** The `webhook-signature` of Standard Webhooks: one signature for each key, the newest first. */
export function signatures({ id, timestamp, body }: Signed, keys: readonly Buffer[]): string {
  const head = `${id}.${timestamp}.`;
  return keys.map((key) => `v1,${createHmac("sha256", key).update(head).update(body).digest("base64")}`).join(" ");
}
