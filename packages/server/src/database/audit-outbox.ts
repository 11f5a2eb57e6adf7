import { randomUUID } from "node:crypto";
import type { Clock } from "@arbitex/core/host";
import { z } from "zod";
import type { Database } from "./database.ts";
import { storableJson } from "./storable.ts";

/** An audit event that waits for a server to publish it. */
export interface StoredEvent {
  readonly id: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** What the outbox knows of an event. */
interface AuditEvent {
  readonly metadata: object;
}

/** Audit events of changes that no server made. Each is published at least once, and keeps its uid if more often. */
export interface AuditOutbox {
  /** Call it in the transaction of the change. */
  add(event: AuditEvent): Promise<void>;
  /** Takes the oldest events. An event that is not removed within a minute can be taken again, by any server. */
  take(): Promise<readonly StoredEvent[]>;
  remove(id: string): Promise<void>;
}

const MOST = 100;
/** Longer than a server takes to publish what it took. */
const TAKEN_MS = 60_000;
const stored = z.record(z.string(), z.unknown());

export function createAuditOutbox({
  database: { query },
  clock,
}: {
  readonly database: Pick<Database, "query">;
  readonly clock: Pick<Clock, "now">;
}): AuditOutbox {
  return {
    async add(event) {
      const id = randomUUID();
      const identified = { ...event, metadata: { ...event.metadata, uid: id } };
      const row = { id, event: storableJson(identified), created_at: at(clock.now()) };
      await query.insertInto("siem_audit_outbox").values(row).execute();
    },
    async take() {
      const now = clock.now();
      const rows = await query
        .updateTable("siem_audit_outbox")
        .set({ taken_at: at(now) })
        .where("id", "in", (free) =>
          free
            .selectFrom("siem_audit_outbox")
            .select("id")
            .where((eb) => eb.or([eb("taken_at", "is", null), eb("taken_at", "<", new Date(now - TAKEN_MS))]))
            .orderBy("created_at")
            .limit(MOST)
            .forUpdate()
            .skipLocked(),
        )
        .returning(["id", "event", "created_at"])
        .execute();
      const inOrder = rows.toSorted((a, b) => a.created_at.getTime() - b.created_at.getTime());
      return inOrder.map(({ id, event }) => ({ id, event: stored.parse(event) }));
    },
    async remove(id) {
      await query.deleteFrom("siem_audit_outbox").where("id", "=", id).execute();
    },
  };
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}
