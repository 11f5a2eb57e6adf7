import { join } from "node:path";
import datadog from "@arbitex/connector-datadog";
import elastic from "@arbitex/connector-elastic";
import splunk from "@arbitex/connector-splunk";
import type { AnyConnector } from "@arbitex/core";
import type { Destination, DestinationStatus, Host } from "@arbitex/core/host";
import { readDeadLetters, totalOf } from "@arbitex/core/host";
import type { FaultPlan } from "@arbitex/simulators";
import { startBulkSimulator, startDatadogSimulator, startHecSimulator } from "@arbitex/simulators";
import type { Chance } from "../schedule/seeded.ts";

/** A destination that is opened, replaced and removed, and its SIEM. */
export interface Subject {
  readonly id: string;
  readonly orgId: string | null;
  readonly kind: Kind;
  readonly siem: Siem;
  isOpen: boolean;
  /** Its lives that are over, with nothing queued. */
  readonly ended: DestinationStatus[];
}

interface Kind {
  readonly connector: AnyConnector;
  readonly secret: string;
  start(options: { readonly keep: "ids"; readonly seed: number; readonly faults: string }): Promise<Siem>;
}

interface Siem {
  readonly config: object;
  readonly faults: Pick<FaultPlan, "clear">;
  readonly ids: readonly string[];
  close(): Promise<void>;
}

const FAULTS = "503:3%,slow:50ms:5%,reset-after:1%,429:2%";
export const ORGS = ["acme", "globex"];
const kinds: readonly Kind[] = [
  { connector: splunk, start: startHecSimulator, secret: "token" },
  { connector: elastic, start: startBulkSimulator, secret: "api_key" },
  { connector: datadog, start: startDatadogSimulator, secret: "api_key" },
];

/** One destination of each kind for everybody, and one for each organisation, each with a SIEM of its own. */
export async function startSubjects(seed: number): Promise<readonly Subject[]> {
  return Promise.all(
    [null, ...ORGS].flatMap((orgId) =>
      kinds.map(async (kind) => {
        const siem = await kind.start({ keep: "ids", seed, faults: FAULTS });
        return { id: `${orgId ?? "all"}-${kind.connector.type}`, orgId, kind, siem, isOpen: false, ended: [] };
      }),
    ),
  );
}

/** A configuration that may be wrong, and delivers in one way or another. */
export function configurationOf({ id, orgId, kind, siem }: Subject, chance: Chance, works: boolean): Destination {
  const { connector, secret } = kind;
  const given = works ? siem.config : { ...siem.config, [secret]: "revoked".padEnd(32, "0") };
  return {
    id,
    orgId,
    connector,
    config: connector.configSchema.parse(given),
    delivery: {
      batchSize: chance.pick([1, 20, 100, 500]),
      flushIntervalMs: chance.pick([0, 50, 500]),
      concurrency: chance.pick([1, 2, 4]),
      maxRetries: chance.pick([0, 3]),
      compression: chance.pick(["gzip", "none"] as const),
      onExhausted: chance.pick(["hold", "dead-letter"] as const),
    },
  };
}

/** Of all its lives, held against what its SIEM stored and what was dead-lettered. */
export async function accountOf({ id, siem, ended }: Subject, host: Host, deadLetterPath: string) {
  const lives = [...ended, ...host.status().destinations.filter((status) => status.id === id)];
  const total = (of: (life: DestinationStatus) => number) => lives.reduce((all, life) => all + of(life), 0);
  const accepted = total(({ counts }) => counts.accepted);
  const delivered = total(({ counts }) => counts.delivered);
  const deadLettered = total(({ counts }) => totalOf(counts.deadLettered));
  const queued = total((life) => life.queued);
  const found = new Set(siem.ids);
  const repeated = siem.ids.length - found.size;
  for await (const line of readDeadLetters(join(deadLetterPath, `${id}.jsonl`))) {
    if (line.kind === "dead-letter") found.add(line.deadLetter.eventId);
  }
  const addsUp = accepted === delivered + deadLettered + queued;
  return { id, accepted, delivered, deadLettered, queued, addsUp, lost: accepted - queued - found.size, repeated };
}
