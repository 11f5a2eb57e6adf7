import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** Channels of the triggers. Each notice is the id of a row that was created, changed or removed. */
export type Channel = "siem_configs" | "siem_tokens";

/** Called with a row's id, or with nothing when notices may have been missed. Must not throw. */
export type NoticeListener = (id: string | undefined) => void;

/** An open, migrated database. The same code runs on both kinds. */
export interface Database {
  readonly kind: "postgres" | "embedded";
  /** Its location for messages; without a password. */
  readonly name: string;
  /** Inside a transaction's callback, use the transaction instead: the embedded database has one connection. */
  readonly query: Kysely<Tables>;
  /** Calls the listener until the signal aborts or this is closed. Reconnects when the connection is lost. */
  listen(channel: Channel, listener: NoticeListener, signal: AbortSignal): void;
  close(): Promise<void>;
}
