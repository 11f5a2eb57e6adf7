import type { AnyConnector } from "@arbitex/core";
import { deliverySchema, filterSchema, problemsOf, settingsOf, variableOf } from "@arbitex/core/host";
import { buildDestination, editDistance, fromText } from "@arbitex/core/config";
import type { Environment } from "./file-variables.ts";
import type { ConfigProblem, ConnectorPackage, Destination, Setting } from "@arbitex/core/host";
import { variableNaming } from "./variable-naming.ts";

/** The environment's variables for one connector type. */
export interface EnvironmentDestination {
  readonly destination?: Destination;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/**
 * The global destination that the environment's variables describe. Partly set variables are a problem and not ignored:
 * an operator who mistypes the token's name must not find out when events are missing.
 */
export function environmentDestination(
  connector: AnyConnector,
  environment: Environment,
  found?: ConnectorPackage,
): EnvironmentDestination {
  const { envPrefix: prefix } = connector;
  if (prefix === undefined) return { problems: [], warnings: [] };
  const own = settingsOf(connector.configSchema);
  const ownKeys = new Set(own.map(({ key }) => key));
  const general = settingsOf(deliverySchema).filter(({ key }) => !ownKeys.has(key));
  const filters = settingsOf(filterSchema).filter(({ key, type }) => type !== "other" && !ownKeys.has(key));
  const config = valuesOf(own, prefix, environment);
  const delivery = valuesOf(general, prefix, environment);
  const filter = valuesOf(filters, prefix, environment);
  const misspelt = misspeltVariables(prefix, [...own, ...general, ...filters], environment);

  const isMeant = own.some(({ key, defaultValue }) => key in config && defaultValue === undefined);
  if (!isMeant)
    return {
      problems: [],
      warnings: [
        ...misspelt,
        ...idle(prefix, [...Object.keys(config), ...Object.keys(delivery), ...Object.keys(filter)]),
      ],
    };

  const naming = variableNaming(prefix);
  const parsedDelivery = deliverySchema.safeParse(delivery);
  const parsedFilter = filterSchema.safeParse(filter);
  const { destination, problems } = buildDestination(
    {
      id: connector.type,
      connector,
      config,
      orgId: null,
      ...(parsedDelivery.success && { delivery: parsedDelivery.data }),
      ...(parsedFilter.success && { filter: parsedFilter.data }),
      found,
    },
    { ofConfig: naming, ofDelivery: naming, isOperators: true },
  );
  const all = [
    ...problems,
    ...(parsedDelivery.success ? [] : problemsOf(parsedDelivery.error, deliverySchema, { naming })),
    ...(parsedFilter.success ? [] : problemsOf(parsedFilter.error, filterSchema, { naming })),
  ];
  if (destination === undefined || all.length > 0) {
    return { problems: [...all.map(asVariable), ...misspelt], warnings: [] };
  }
  const variables = Object.keys(config).map((key) => variableOf(prefix, key));
  return {
    destination: { ...destination, source: { kind: "environment", variables } },
    problems: [],
    warnings: misspelt,
  };
}

/** Rewords fixes: a file's setting is added, a variable is set. */
function asVariable(found: ConfigProblem): ConfigProblem {
  return found.fix === "Add it." ? { ...found, fix: "Set it." } : found;
}

/** The set variables that would form a destination of this type. */
export function variablesFor({ configSchema, envPrefix }: AnyConnector, environment: Environment): readonly string[] {
  if (envPrefix === undefined) return [];
  const keys = new Set(
    [...settingsOf(configSchema), ...settingsOf(deliverySchema), ...settingsOf(filterSchema)].map(({ key }) => key),
  );
  return [...keys].map((key) => variableOf(envPrefix, key)).filter((name) => Boolean(environment[name]));
}

/** An empty variable counts as unset, because shells and compose files unset variables that way. */
function valuesOf(settings: readonly Setting[], prefix: string, environment: Environment): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const setting of settings) {
    const text = environment[variableOf(prefix, setting.key)];
    if (text !== undefined && text !== "") values[setting.key] = fromText(setting, text);
  }
  return values;
}

/** Reports near misses only, because other software may use variables of the same prefix. */
function misspeltVariables(
  prefix: string,
  settings: readonly Setting[],
  environment: Environment,
): readonly ConfigProblem[] {
  const known = settings.map(({ key }) => variableOf(prefix, key));
  return Object.keys(environment)
    .filter((name) => name.startsWith(`${prefix}_`) && !known.includes(name))
    .flatMap((name) => {
      const near = known.find((candidate) => editDistance(name, candidate) <= 2);
      return near === undefined
        ? []
        : { path: name, message: "is not a known variable.", fix: `Did you mean ${near}?` };
    });
}

function idle(prefix: string, keys: readonly string[]): readonly ConfigProblem[] {
  return keys.map((key) => ({
    path: variableOf(prefix, key),
    message: "is set, but nothing says where to deliver to, so there is no such destination.",
  }));
}
