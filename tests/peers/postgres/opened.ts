import { Secret, silentLogger } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import { onTestFinished } from "vitest";
import type { ConfigStore } from "../../../packages/server/src/organisations/configs/config-store.ts";
import { createSqlConfigStore } from "../../../packages/server/src/organisations/configs/sql-config-store.ts";
import type { Database } from "../../../packages/server/src/database/database.ts";
import { openDatabase } from "../../../packages/server/src/database/open-database.ts";
import { parseFernetKeys } from "../../../packages/server/src/organisations/secrets/fernet-keys.ts";
import { createSettingsCipher } from "../../../packages/server/src/organisations/secrets/encrypted-settings.ts";

export function openPeer(url: string): Promise<Database> {
  const parts = { clock: systemClock, logger: silentLogger };
  return openDatabase({ kind: "postgres", url: new Secret(url) }, parts);
}

/** A server's store on a real PostgreSQL, closed with the test. */
export async function openStore(url: string, keys: string): Promise<ConfigStore> {
  const database = await openPeer(url);
  onTestFinished(() => database.close());
  const cipher = createSettingsCipher({ keys: parseFernetKeys(keys), now: systemClock.now });
  return createSqlConfigStore({ database, cipher, clock: systemClock });
}
