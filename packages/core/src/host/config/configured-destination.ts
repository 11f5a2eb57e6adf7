import type { AnyConnector } from "../../connector/connector.ts";
import { SiemError } from "../../errors.ts";
import { certificateProblems } from "./certificate-problems.ts";
import type { Naming } from "./config-problems.ts";
import { namingUnder, plainNaming, problem, problemsOf } from "./config-problems.ts";
import { deliverySchema, deliverySettingsOf, filterOf } from "./delivery-config.ts";
import { deliveryProblems } from "./delivery-problems.ts";
import type { Destination } from "./destination.ts";
import { originOf } from "./destination.ts";
import type { DestinationConfig } from "./destination-config.ts";
import type { ConfigProblem } from "./problem.ts";
import type { ConnectorRegistry } from "../connectors/registry.ts";
import { unknownType } from "../connectors/registry.ts";
import { fromText, settingsOf } from "./setting-table.ts";

export interface ConfiguredDestination {
  readonly destination?: Destination;
  readonly problems: readonly ConfigProblem[];
}

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
): Promise<ConfiguredDestination> {
  let connector: AnyConnector;
  try {
    connector = await registry.load(type);
  } catch (error) {
    if (!(error instanceof SiemError)) throw error;
    return { problems: [typeProblem(error, type, registry, naming)] };
  }
  const { dead_letter_path: deadLetterPath, ...rest } = delivery;
  const settings = deliverySettingsOf(rest);
  const given = coerced(config, fromVariables, { connector, naming: namingUnder(naming, ["config"]) });
  const ofConfig = namingUnder(naming, ["config"]);
  const parsed = connector.configSchema.safeParse(given);
  // Only an operator's settings may name files.
  const certificates = isOperators ? certificateProblems(connector, given, ofConfig) : [];
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, connector.configSchema, {
      naming: ofConfig,
      prefix: connector.envPrefix ?? type.toUpperCase(),
      belongs: belongsBeside,
      hidden,
      ...(isOperators && { input: given }),
    });
    // The schema may have reported the same problem.
    const others = certificates.filter(({ path }) => !problems.some((found) => found.path === path));
    return { problems: [...problems, ...others] };
  }
  const problems = deliveryProblems(connector, parsed.data, settings);
  if (problems.length + certificates.length > 0) {
    const ofDelivery = problems.map((found) => {
      const path = ["delivery", found.path];
      return problem({ ...found, path: naming.name(path), at: naming.at?.(path, "value") });
    });
    return { problems: [...certificates, ...ofDelivery] };
  }
  const destination: Destination = {
    id,
    connector,
    config: parsed.data,
    orgId: org_id ?? null,
    delivery: settings,
    filter: filterOf(filter),
    ...(deadLetterPath !== undefined && { deadLetterPath }),
    ...originOf(
      registry.packages.find((found) => found.type === type),
      given,
    ),
  };
  return { destination, problems: [] };
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
