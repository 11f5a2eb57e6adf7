import type { AnyConnector } from "../../connector/connector.ts";
import { SiemError } from "../../errors.ts";
import type { ConnectorRegistry } from "../connectors/registry.ts";
import { unknownType } from "../connectors/registry.ts";
import type { BuiltDestination } from "./build-destination.ts";
import { buildDestination } from "./build-destination.ts";
import type { Naming } from "./config-problems.ts";
import { namingUnder, plainNaming, problem } from "./config-problems.ts";
import { deliverySchema } from "./delivery-config.ts";
import type { DestinationConfig } from "./destination-config.ts";
import type { ConfigProblem } from "./problem.ts";
import { fromText, settingsOf } from "./setting-table.ts";

export interface ConfiguredOptions {
  readonly registry: ConnectorRegistry;
  /** Naming of the entry's settings, for problems. */
  readonly naming?: Naming;
  /** Names of settings that came from variables, as text. */
  readonly fromVariables?: ReadonlySet<string>;
  /** Names of settings whose values must not be shown. */
  readonly hidden?: ReadonlySet<string>;
  /** The entry is the operator's own: problems may show its values, and its files are checked. */
  readonly isOperators?: boolean;
}

const none: ReadonlySet<string> = new Set();

/**
 * Parses a destination as users write it, with `config` checked by its connector. Throws `ConfigError` with every
 * problem.
 */
export async function configuredDestination(
  { id, type, org_id, config, delivery = {}, filter = {} }: DestinationConfig,
  { registry, naming = plainNaming, fromVariables = none, hidden, isOperators = false }: ConfiguredOptions,
): Promise<BuiltDestination> {
  let connector: AnyConnector;
  try {
    connector = await registry.load(type);
  } catch (error) {
    if (!(error instanceof SiemError)) throw error;
    return { problems: [typeProblem(error, type, registry, naming)] };
  }
  return buildDestination(
    {
      id,
      connector,
      config: coerced(config, fromVariables, { connector, naming: namingUnder(naming, ["config"]) }),
      orgId: org_id ?? null,
      delivery,
      filter,
      found: registry.packages.find((found) => found.type === type),
    },
    {
      ofConfig: namingUnder(naming, ["config"]),
      ofDelivery: namingUnder(naming, ["delivery"]),
      belongs: belongsBeside,
      hidden,
      isOperators,
    },
  );
}

/** Reports a connector that is not installed or not valid. */
function typeProblem(error: SiemError, type: string, registry: ConnectorRegistry, naming: Naming): ConfigProblem {
  const place = { path: naming.name(["type"]), at: naming.at?.(["type"], "value") };
  if (error.code !== "SIEM_CONNECTOR_UNKNOWN") return problem({ ...place, message: error.message });
  const { message, fix, near } = unknownType(type, registry);
  const known = registry.packages.map((found) => found.type);
  const example = naming.example === undefined ? undefined : near && `type: ${near}`;
  const expected = naming.example === undefined || known.length === 0 ? undefined : `one of ${known.join(", ")}`;
  return problem({ ...place, message, fix, expected, example });
}

const deliveryKeys = new Set(Object.keys(deliverySchema.shape));

function belongsBeside(path: readonly PropertyKey[]): string | undefined {
  const key = String(path[0]);
  return path.length === 1 && deliveryKeys.has(key) ? `"${key}" belongs under "delivery", beside "config".` : undefined;
}

interface CoerceOptions {
  readonly connector: Pick<AnyConnector, "configSchema">;
  readonly naming: Naming;
}

/** Converts texts from variables to the numbers or booleans that the settings expect. */
function coerced(
  values: Readonly<Record<string, unknown>>,
  fromVariables: ReadonlySet<string>,
  { connector, naming }: CoerceOptions,
): Readonly<Record<string, unknown>> {
  if (fromVariables.size === 0) return values;
  const settings = settingsOf(connector.configSchema);
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const setting = settings.find((candidate) => candidate.key === key);
      const isText = typeof value === "string" && fromVariables.has(naming.name([key]));
      return [key, isText && setting !== undefined ? fromText(setting, value) : value];
    }),
  );
}
