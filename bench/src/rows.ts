// How long a server takes to open the destinations of ten thousand rows, and to apply a change of one of them. Uses the
// embedded database; with DATABASE_URL, that one, which must be empty: rows are left in it.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Secret, silentLogger } from "@arbitex/core";
import {
  createConnectorRegistry,
  createHost,
  discoverConnectors,
  openDiskQueueStore,
  systemClock as clock,
} from "@arbitex/core/host";
// What the server does not export.
import { openDatabase } from "../../packages/server/dist/database/open-database.js";
import { createSqlConfigStore } from "../../packages/server/dist/organisations/configs/sql-config-store.js";
import { createSettingsCipher } from "../../packages/server/dist/organisations/secrets/encrypted-settings.js";
import { createFernetKey, parseFernetKeys } from "../../packages/server/dist/organisations/secrets/fernet-keys.js";
import { DestinationReconciler } from "../../packages/server/dist/organisations/tenants/destination-reconciler.js";
import { tenantDestination } from "../../packages/server/dist/organisations/tenants/tenant-destination.js";

const ROOT = join(import.meta.dirname, "..", "..");

const sample = {
  connectorType: "splunk_hec",
  name: "SOC",
  isEnabled: true,
  settings: { url: "https://splunk.example.com:8088", token: "11111111-2222-3333-4444-555555555555" },
  delivery: {},
  filter: {},
  secretChanges: {},
};

export async function measureRows(rows: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "rows-"));
  const url = process.env["DATABASE_URL"];
  const database = await openDatabase(
    url === undefined
      ? { kind: "embedded", path: join(folder, "database"), isRequested: true }
      : { kind: "postgres", url: new Secret(url) },
    { clock, logger: silentLogger },
  );
  const cipher = createSettingsCipher({ keys: parseFernetKeys(createFernetKey()), now: clock.now });
  const store = createSqlConfigStore({ database, cipher, clock });
  let lastOrg = "";
  let lastId = "";
  await timed(`${rows} rows made`, async () => {
    for (let made = 0; made < rows; made++) {
      lastOrg = randomUUID();
      lastId = (await store.forOrg(lastOrg).create(sample)).id;
    }
  });

  const queueStore = await openDiskQueueStore({ path: join(folder, "queue"), clock, logger: silentLogger });
  const host = await createHost({ destinations: [], queueStore, deadLetterPath: join(folder, "dead-letters") });
  const registry = createConnectorRegistry(await discoverConnectors(ROOT));
  // The connector is loaded once, and not for the first row.
  await tenantDestination({ id: "warm", orgId: lastOrg, ...sample }, registry);
  const reconciler = new DestinationReconciler({
    queueStore,
    store,
    host,
    registry,
    logger: silentLogger,
    now: clock.now,
  });
  const before = process.memoryUsage();
  await timed("all of them open", () => reconciler.open());
  const after = process.memoryUsage();
  for (const kind of ["heapUsed", "rss"] as const) {
    print(kind, `${((after[kind] - before[kind]) / rows / 1024).toFixed(1)} kB a destination`);
  }

  const changed = performance.now();
  const change = await store.forOrg(lastOrg).update(lastId, { name: "changed" });
  if (change.kind !== "done") throw new Error(`the change of a row ended as ${change.kind}`);
  while (reconciler.appliedVersion(lastId) !== change.config.version) await nextTurn();
  print("one change in effect after", `${(performance.now() - changed).toFixed(0)} ms`);

  await reconciler.close();
  await host.stop();
  await database.close();
  await rm(folder, { recursive: true });
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / 1e6).toFixed(1);
  print(what, `${((performance.now() - startedAt) / 1000).toFixed(1)} s, ${cpu} s of CPU`);
}

function print(what: string, found: string): void {
  process.stdout.write(`${what.padEnd(28)} ${found}\n`);
}
