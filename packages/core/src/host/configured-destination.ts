import { SiemError } from "../errors.ts";
import { problemsOf } from "./config-problems.ts";
import { deliverySettingsOf, filterOf } from "./delivery-config.ts";
import { deliveryProblems } from "./delivery-problems.ts";
import type { Destination } from "./destination.ts";
import { originOf } from "./destination.ts";
import type { DestinationConfig } from "./host-config.ts";
import type { ConfigProblem } from "./problem.ts";
import type { ConnectorRegistry } from "./registry.ts";
import { fromText, settingsOf } from "./setting-table.ts";

export interface ConfiguredDestination {
  readonly destination?: Destination;
  readonly problems: readonly ConfigProblem[];
}

export interface ConfiguredOptions {
  readonly registry: ConnectorRegistry;
  /** Where the entry stands, for problems; nothing for one that stands alone. */
  readonly path?: string;
  /** Paths of values that came from variables, and are texts whatever they mean. */
  readonly fromVariables?: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

/** A destination as users write it, its `config` checked by its connector. */
export async function configuredDestination(
  { id, type, org_id, config, delivery = {}, filter = {} }: DestinationConfig,
  { registry, path, fromVariables = none }: ConfiguredOptions,
): Promise<ConfiguredDestination> {
  const within = (key: string) => (path === undefined ? key : `${path}.${key}`);
  let connector;
  try {
    connector = await registry.load(type);
  } catch (error) {
    if (!(error instanceof SiemError)) throw error;
    return { problems: [{ path: within("type"), message: error.message }] };
  }
  const given = coerced(config, within("config"), settingsOf(connector.configSchema), fromVariables);
  const parsed = connector.configSchema.safeParse(given);
  if (!parsed.success) {
    const namePath = (inner: readonly PropertyKey[]) => `${within("config")}.${inner.map(String).join(".")}`;
    return { problems: problemsOf(parsed.error, connector.configSchema, namePath) };
  }
  const { dead_letter_path: deadLetterPath, ...rest } = delivery;
  const settings = deliverySettingsOf(rest);
  const problems = deliveryProblems(connector, parsed.data, settings);
  if (problems.length > 0) {
    return { problems: problems.map((problem) => ({ ...problem, path: `${path}.delivery.${problem.path}` })) };
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

/** What came from a variable is text; the setting may want a number, or true or false. */
export function coerced(
  values: Readonly<Record<string, unknown>>,
  path: string,
  settings: ReturnType<typeof settingsOf>,
  fromVariables: ReadonlySet<string>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const setting = settings.find((candidate) => candidate.key === key);
      const isText = typeof value === "string" && fromVariables.has(`${path}.${key}`);
      return [key, isText && setting !== undefined ? fromText(setting, value) : value];
    }),
  );
}
