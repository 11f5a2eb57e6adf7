// How long a server takes to open the destinations of ten thousand rows, and to apply a change of one of them.
// Run: node scripts/measure-rows.mjs [rows] (after npm run build). Uses the embedded database; with DATABASE_URL, that
// one, which must be empty: rows are left in it.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, silentLogger } from "@arbitex/core";
import {
  createConnectorRegistry,
  createHost,
  discoverConnectors,
  openDiskQueueStore,
  systemClock as clock,
} from "@arbitex/core/host";
import { createSqlConfigStore } from "../packages/server/dist/organisations/configs/sql-config-store.js";
import { openDatabase } from "../packages/server/dist/database/open-database.js";
import { createFernetKey, parseFernetKeys } from "../packages/server/dist/organisations/secrets/fernet-keys.js";
import { createSettingsCipher } from "../packages/server/dist/organisations/secrets/encrypted-settings.js";
import { tenantDestination } from "../packages/server/dist/organisations/tenants/tenant-destination.js";
import { DestinationReconciler } from "../packages/server/dist/organisations/tenants/destination-reconciler.js";

const rows = Number(process.argv[2] ?? 10_000);
const folder = await mkdtemp(join(tmpdir(), "rows-"));
const url = process.env.DATABASE_URL;
const choice =
  url === undefined
    ? { kind: "embedded", path: join(folder, "database"), isRequested: true }
    : { kind: "postgres", url: new Secret(url) };
const database = await openDatabase(choice, { clock, logger: silentLogger });
const cipher = createSettingsCipher({ keys: parseFernetKeys(createFernetKey()), now: clock.now });
const store = createSqlConfigStore({ database, cipher, clock });

const sample = {
  connectorType: "splunk_hec",
  name: "SOC",
  isEnabled: true,
  settings: { url: "https://splunk.example.com:8088", token: "11111111-2222-3333-4444-555555555555" },
  delivery: {},
  filter: {},
  secretChanges: {},
};
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
const registry = createConnectorRegistry(await discoverConnectors(join(import.meta.dirname, "..")));
// The connector is loaded once, and not for the first row.
await tenantDestination({ id: "warm", orgId: lastOrg, ...sample }, registry);
const reconciler = new DestinationReconciler({ store, host, registry, logger: silentLogger, now: clock.now });
const before = process.memoryUsage();
await timed("all of them open", () => reconciler.open());
const after = process.memoryUsage();
for (const kind of ["heapUsed", "rss"]) {
  console.log(`${kind.padEnd(28)} ${((after[kind] - before[kind]) / rows / 1024).toFixed(1)} kB a destination`);
}

const changed = performance.now();
const { config } = await store.forOrg(lastOrg).update(lastId, { name: "changed" });
while (reconciler.appliedVersion(lastId) !== config.version) await new Promise(setImmediate);
console.log(`${"one change in effect after".padEnd(28)} ${(performance.now() - changed).toFixed(0)} ms`);

await reconciler.close();
await host.stop();
await database.close();
await rm(folder, { recursive: true });

async function timed(what, act) {
  const began = performance.now();
  await act();
  console.log(`${what.padEnd(28)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
