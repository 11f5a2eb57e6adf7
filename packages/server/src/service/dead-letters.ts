import { hostname } from "node:os";
import type { Logger } from "@arbitex/core";
import type { HostOptions } from "@arbitex/core/host";
import { systemClock } from "@arbitex/core/host";
import type { Deployment } from "../config/deployment.ts";
import type { Database } from "../database/database.ts";
import type { DeadLetterArchive } from "../dead-letters/dead-letter-archive.ts";
import { createFileArchive } from "../dead-letters/file-archive.ts";

/** Where a server's dead letters go, and how they are read. */
export interface ServedDeadLetters {
  readonly hostOptions: Pick<HostOptions, "deadLetterStore">;
  readonly archive: DeadLetterArchive;
  close(): void;
}

/** Servers that share a queue share its dead letters, in the database. Any other writes files. */
export async function openDeadLetters(
  deployment: Deployment,
  database: Database | undefined,
  logger: Logger,
): Promise<ServedDeadLetters> {
  const { settings } = deployment;
  if (settings.queue.store !== "kafka" || database === undefined) {
    return { hostOptions: {}, archive: archiveOfFiles(deployment), close: () => undefined };
  }
  const { archive, store } = await archiveOfTable(deployment, database, logger);
  return { hostOptions: { deadLetterStore: store }, archive, close: () => store.close() };
}

export function archiveOfFiles({ destinations, settings }: Deployment): DeadLetterArchive {
  return createFileArchive({ destinations, ...settings });
}

/** The modules of the database load slowly, and few deployments need them for dead letters. */
export async function archiveOfTable({ settings }: Deployment, database: Database, logger: Logger) {
  const { createTableStore } = await import("../dead-letters/table/table-store.ts");
  const { createTableArchive } = await import("../dead-letters/table/table-archive.ts");
  const { deadLetterRetentionMs: retentionMs, maxDeadLetterBytesPerOrg } = settings;
  const common = { database, clock: systemClock };
  const store = createTableStore({ ...common, logger, retentionMs });
  const holder = `process ${process.pid} on ${hostname()}`;
  return { store, archive: createTableArchive({ ...common, store, holder, maxDeadLetterBytesPerOrg }) };
}
