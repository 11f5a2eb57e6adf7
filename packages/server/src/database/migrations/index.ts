import type { Migration } from "kysely";
import { siemConfigs } from "./0001-siem-configs.ts";
import { siemTokens } from "./0002-siem-tokens.ts";
import { siemConfigsVersions } from "./0003-siem-configs-versions.ts";
import { consoleAccess } from "./0004-console-access.ts";
import { queueCursors } from "./0005-queue-cursors.ts";
import { auditOutbox } from "./0008-audit-outbox.ts";
import { deadLetters } from "./0009-dead-letters.ts";
import { cluster } from "./0010-cluster.ts";
import { replays } from "./0011-replays.ts";
import { deadLetterIndexes } from "./0012-dead-letter-indexes.ts";
import { requestCounts } from "./0013-request-counts.ts";

/** In order, by the names that the database stores. Append-only. Each must run on PostgreSQL 15. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001_siem_configs": siemConfigs,
  "0002_siem_tokens": siemTokens,
  "0003_siem_configs_versions": siemConfigsVersions,
  "0004_console_access": consoleAccess,
  "0005_queue_cursors": queueCursors,
  "0008_audit_outbox": auditOutbox,
  "0009_dead_letters": deadLetters,
  "0010_cluster": cluster,
  "0011_replays": replays,
  "0012_dead_letter_indexes": deadLetterIndexes,
  "0013_request_counts": requestCounts,
};
