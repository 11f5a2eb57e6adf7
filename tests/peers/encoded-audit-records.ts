import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@arbitex/core";
import { createHost, systemClock } from "@arbitex/core/host";
import { capturing } from "./capturing.ts";
import type { PlantedAuditRecord } from "./planted-attacks.ts";

// Some SIEMs drop old events, so that their connectors do not send them.
const AN_HOUR_LATER = Date.UTC(2026, 10, 30, 11);

/** The events that a host makes of audit records, as a connector sends them. */
export async function encodedAuditRecords<Config>(
  connector: Connector<Config>,
  config: NoInfer<Config>,
  auditRecords: readonly PlantedAuditRecord[],
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "encoded-audit-records-"));
  const encoded: string[] = [];
  const host = await createHost({
    deadLetterPath: folder,
    clock: { ...systemClock, now: () => AN_HOUR_LATER },
    destinations: [{ id: "soc", connector: capturing(connector, encoded), config }],
  });
  const { rejected } = await host.publishAuditRecords(auditRecords, { waitForCapacity: true });
  await host.settled();
  await host.stop();
  await rm(folder, { recursive: true });
  if (encoded.length < auditRecords.length)
    throw new Error(`${auditRecords.length - encoded.length} events were not sent`);
  if (rejected.length > 0) throw new Error(`the host refused an audit record: ${JSON.stringify(rejected[0])}`);
  return encoded;
}
