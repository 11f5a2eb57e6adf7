import type { ConfigProblem, ConnectorRegistry } from "@arbitex/core/host";
import type { OrgConfigs } from "../organisations/configs/config-store.ts";
import type { Settings, SiemConfig, SiemConfigInput } from "../organisations/configs/siem-config.ts";
import { locked, Refusal } from "../http/problem.ts";
import { holdProblem } from "../organisations/tenants/tenant-destination.ts";
import type { ApiOptions } from "./api-options.ts";
import type { Deps as CheckDeps, Draft, Unchecked } from "./checked-settings.ts";
import { checkedSettings } from "./checked-settings.ts";
import type { CreateBody, UpdateBody } from "./config-schemas.ts";
import { placesOfType, readableSettings, unreadableReason } from "./config-view.ts";
import { secretsIn } from "./settings-secrets.ts";
import { invalid, noSuch } from "./validate-request.ts";
import type { Precondition } from "./versions.ts";
import { conflict, isMet } from "./versions.ts";

type Deps = CheckDeps & Pick<ApiOptions, "mostHoldMs">;

/** Validates a body for a new row. Refuses with all problems at once. */
export async function newConfig(body: CreateBody, draft: Draft, deps: Deps): Promise<SiemConfigInput> {
  const { connector_type: connectorType, name = null, is_enabled: isEnabled = true } = body;
  const row = { config: body.config, delivery: body.delivery ?? {}, filter: body.filter ?? {} };
  const whole = { ...row, id: NEW_ID, connectorType, stored: undefined, before: {} };
  const { settings, delivery, filter, secretChanges } = await storable(whole, draft, deps);
  return { connectorType, name, isEnabled, settings, delivery, filter, secretChanges };
}

/** The checks of `checkedSettings`, and those that a row from before may fail and still be used. */
async function storable(whole: Unchecked, draft: Draft, deps: Deps) {
  const checked = await checkedSettings(whole, draft, deps);
  const problem = holdProblem(checked.destination, deps.mostHoldMs?.());
  if (problem !== undefined) throw new Refusal(invalid([problem]));
  return checked;
}

/** Stands for a row's id before the row exists. */
export const NEW_ID = "00000000-0000-0000-0000-000000000000";

export interface ConfigChange {
  readonly before: SiemConfig;
  readonly after: SiemConfig;
  /** Names of changed settings, never values. Empty when nothing changed. */
  readonly changed: readonly string[];
}

const MOST_TRIES = 5;

/** Applies a body to a row. On a concurrent change the row is read again and the body applied anew. */
export async function changeConfig(
  { configs, id, body, precondition, assertReach }: ChangeOf,
  draft: Draft,
  deps: Deps,
): Promise<ConfigChange> {
  for (let tries = 1; ; tries++) {
    const before = await configs.get(id);
    if (before === undefined) throw new Refusal(noSuch);
    if (!isMet(precondition, before.version)) throw new Refusal(conflict(before.version));
    const changes = await changesTo(before, body, draft, deps);
    const changed = await changedNames(before, changes, deps.registry);
    if (changed.length === 0) return { before, after: before, changed };
    await assertReach(before, changes);
    const result = await configs.update(id, changes, before.version);
    switch (result.kind) {
      case "done":
        return { before, after: result.config, changed };
      case "missing":
        throw new Refusal(noSuch);
      case "locked":
        throw new Refusal(locked);
      case "conflict":
        if (precondition.kind === "one-of" || tries >= MOST_TRIES) throw new Refusal(conflict(result.version));
        break;
      default:
        return result satisfies never;
    }
  }
}

export interface ChangeOf {
  readonly configs: OrgConfigs;
  readonly id: string;
  readonly body: UpdateBody;
  readonly precondition: Precondition;
  /** Refuses a change that exceeds the organisation's limit of recipients. */
  readonly assertReach: (before: SiemConfig, changes: Partial<SiemConfigInput>) => Promise<void>;
}

/** The columns that a body changes, with the resulting settings validated. */
async function changesTo(
  before: SiemConfig,
  body: UpdateBody,
  draft: Draft,
  deps: Deps,
): Promise<Partial<SiemConfigInput>> {
  const simple = {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.is_enabled !== undefined && { isEnabled: body.is_enabled }),
  };
  const touchesSettings = body.config !== undefined || body.delivery !== undefined || body.filter !== undefined;
  // Stored settings may be invalid for a newer connector. Such a row can still be renamed and disabled.
  if (!touchesSettings && (body.connector_type ?? before.connectorType) === before.connectorType) return simple;
  const checked = await storable(wholeOf(before, body), draft, deps);
  return {
    ...simple,
    ...(body.config !== undefined && { settings: checked.settings, secretChanges: checked.secretChanges }),
    ...(body.delivery !== undefined && { delivery: checked.delivery }),
    ...(body.filter !== undefined && { filter: checked.filter }),
  };
}

/** A row with a body applied. */
export function wholeOf(before: SiemConfig, body: UpdateBody): Unchecked {
  const { id, connectorType, secretChanges } = before;
  if (body.connector_type !== undefined && body.connector_type !== connectorType) {
    throw new Refusal(invalid([fixedType]));
  }
  const stored = readableSettings(before);
  const config = body.config ?? stored;
  if (config === undefined) throw new Refusal(unreadable(before));
  const { delivery = before.delivery, filter = before.filter } = body;
  return { id, connectorType, config, delivery, filter, stored, before: secretChanges };
}

const fixedType: ConfigProblem = {
  path: "connector_type",
  message: "the type of a configuration cannot be changed.",
  fix: "Create another configuration, and delete this one.",
};

function unreadable(config: SiemConfig) {
  return {
    status: 409,
    code: "settings_unreadable",
    title: "Settings unreadable",
    detail: `The stored settings cannot be decrypted: ${unreadableReason(config) ?? ""} Send the whole config again.`,
  } as const;
}

/** A secret in the body counts as a change even with the same value: the answer must not confirm a guess. */
async function changedNames(
  before: SiemConfig,
  changes: Partial<SiemConfigInput>,
  registry: ConnectorRegistry,
): Promise<readonly string[]> {
  const { name, isEnabled, settings, delivery, filter, secretChanges = {} } = changes;
  const secrets = [...secretsIn(settings ?? {}, await placesOfType(before.connectorType, registry)).keys()];
  const sent = secrets
    .filter((path) => secretChanges[path] !== before.secretChanges[path])
    .map((path) => `config.${path}`);
  return [
    ...(name !== undefined && name !== before.name ? ["name"] : []),
    ...(isEnabled !== undefined && isEnabled !== before.isEnabled ? ["is_enabled"] : []),
    ...new Set([...namesOf("config", readableSettings(before) ?? {}, settings), ...sent]),
    ...namesOf("delivery", before.delivery, delivery),
    ...namesOf("filter", before.filter, filter),
  ];
}

function namesOf(part: string, before: Settings, after: Settings | undefined): readonly string[] {
  if (after === undefined) return [];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys]
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `${part}.${key}`);
}
