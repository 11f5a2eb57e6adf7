import type { Destination } from "@arbitex/core/host";
import type { Settings } from "../organisations/configs/siem-config.ts";
import type { ApiContext, Rows } from "./api-context.ts";
import { assertLeft, rowOf, take, takeReach } from "./api-context.ts";
import { NEW_ID, wholeOf } from "./change-config.ts";
import { checkedSettings } from "./checked-settings.ts";
import type { CreateBody, UpdateBody } from "./config-schemas.ts";
import { placesOfType } from "./config-view.ts";

/** Settings to be tried: valid, and with the stored secrets in them. */
export interface Tried {
  readonly orgId: string;
  readonly connectorType: string;
  readonly destination: Destination;
  readonly settings: Settings;
}

const TESTS = "tests of this organisation";

/** Settings that are not saved. */
export async function unsavedTried({ orgId }: Rows, body: CreateBody, context: ApiContext): Promise<Tried> {
  await assertLeft(context.tests, orgId, TESTS);
  const { connector_type: connectorType, config, delivery = {}, filter = {} } = body;
  const row = { id: NEW_ID, connectorType, config, delivery, filter, stored: undefined, before: {} };
  const draft = { orgId, now: new Date(context.now()) };
  const { destination, settings } = await checkedSettings(row, draft, context);
  return { orgId, connectorType, destination, settings };
}

/** Saved settings, or a change of them. */
export async function savedTried(
  rows: Rows,
  id: string,
  body: UpdateBody | undefined,
  context: ApiContext,
): Promise<Tried> {
  const { orgId } = rows;
  await assertLeft(context.tests, orgId, TESTS);
  const config = await rowOf(rows, id);
  const draft = { orgId, now: new Date(context.now()) };
  const { destination, settings } = await checkedSettings(wholeOf(config, body ?? {}), draft, context);
  return { orgId, connectorType: config.connectorType, destination, settings };
}

/** Counts the test, and the recipient that it connects to, or refuses. */
export async function takeTest({ orgId, connectorType, settings }: Tried, context: ApiContext): Promise<void> {
  await take(context.tests, orgId, TESTS);
  await takeReach(context, orgId, settings, await placesOfType(connectorType, context.registry));
}
