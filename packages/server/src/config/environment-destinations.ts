import { SiemError } from "@arbitex/core";
import type { AnyConnector } from "@arbitex/core";
import type { ConfigProblem, ConnectorRegistry, Destination } from "@arbitex/core/host";
import { askedFor, lookedText, missingFix } from "@arbitex/core/config";
import { environmentDestination, variablesFor } from "./environment-destination.ts";
import type { Environment } from "./file-variables.ts";

export interface EnvironmentOptions {
  readonly registry: ConnectorRegistry;
  readonly environment: Environment;
  /** The file's `environment` setting; undefined when absent. */
  readonly isWanted: boolean | undefined;
  readonly file: {
    readonly path: string | undefined;
    /** Types that the file configures. */
    readonly types: ReadonlySet<string>;
    /** Variables that the file names. */
    readonly variables: ReadonlySet<string>;
    /** Whether the file has no destination. */
    readonly isEmpty: boolean;
  };
  /** Ids used in the file. */
  readonly taken: ReadonlySet<string>;
}

interface Found {
  readonly destinations: Destination[];
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigProblem[];
}

/**
 * One destination for every type that the environment's variables describe, except for types that the file configures.
 * There the file names the same variables, and the SIEM would receive every event twice.
 */
export async function environmentDestinations(options: EnvironmentOptions): Promise<Found> {
  const { registry, environment, isWanted } = options;
  const found: Found = { destinations: [], problems: [], warnings: [] };
  if (isWanted === false) return found;
  found.problems.push(...notInstalled(options));
  const variables = Object.keys(environment);
  for (const connectorPackage of registry.packages) {
    const { type, envPrefix } = connectorPackage;
    // A connector that declares its prefix is imported only when one of its variables is set.
    if (envPrefix !== undefined && !variables.some((name) => name.startsWith(`${envPrefix}_`))) continue;
    let connector: AnyConnector;
    try {
      connector = await registry.load(type);
    } catch (error) {
      if (!(error instanceof SiemError)) throw error;
      // Without a prefix it is unknown whether the environment configures this connector.
      (envPrefix === undefined ? found.warnings : found.problems).push({ path: "connectors", message: error.message });
      continue;
    }
    if (isWanted !== true && options.file.types.has(type)) {
      found.warnings.push(...leftAside(connector, options));
      continue;
    }
    const { destination, problems, warnings } = environmentDestination(connector, environment, connectorPackage);
    found.problems.push(...problems);
    found.warnings.push(...warnings);
    if (destination === undefined) continue;
    if (options.taken.has(destination.id)) found.problems.push(takenId(destination));
    else found.destinations.push(destination);
    if (isWanted === undefined && !options.file.isEmpty) found.warnings.push(beside(destination, options));
  }
  return found;
}

/**
 * Reports variables for a type that is not installed. Otherwise its events would be missed only when they are needed.
 */
function notInstalled({ registry, environment, file }: EnvironmentOptions): readonly ConfigProblem[] {
  const { packages, looked = [] } = registry;
  return askedFor(environment).flatMap(({ connector: { type, packageName }, variables }) => {
    const unused = variables.filter((name) => !file.variables.has(name));
    if (unused.length === 0 || packages.some((found) => found.type === type)) return [];
    return {
      path: unused.join(", "),
      message:
        `asks for a destination of type "${type}", and no connector of this type is installed. ${lookedText(looked)}`.trimEnd(),
      fix: `${missingFix(looked, packageName)}. If nothing should go there, unset it, or write environment: false in the file.`,
    };
  });
}

/** Reports variables that would form a destination and that the file does not use. */
function leftAside(connector: AnyConnector, { environment, file }: EnvironmentOptions): readonly ConfigProblem[] {
  const unused = variablesFor(connector, environment).filter((name) => !file.variables.has(name));
  if (unused.length === 0) return [];
  return [
    {
      path: unused.join(", "),
      message: `not used: ${file.path ?? "the file"} configures ${connector.type} itself, so the environment makes no destination of this type.`,
      // oxlint-disable-next-line no-template-curly-in-string
      fix: 'Name it in the file, as "${NAME}", or unset it. For one more destination from the environment, write environment: true.',
    },
  ];
}

/**
 * Warns of a destination from the environment beside those of the file: a forgotten key must not silently send audit
 * events elsewhere.
 */
function beside({ id, connector, source }: Destination, { file }: EnvironmentOptions): ConfigProblem {
  const variables = source?.kind === "environment" ? source.variables.join(", ") : id;
  return {
    path: variables,
    message: `makes a destination "${id}" beside those of ${file.path ?? "the file"}: every event goes to ${connector.displayName} as well.`,
    fix: "If that is meant, write environment: true in the file; if not, environment: false, or unset it.",
  };
}

function takenId({ id, source }: Destination): ConfigProblem {
  const variables = source?.kind === "environment" ? source.variables.join(", ") : id;
  return {
    path: variables,
    message: `makes a destination with the id "${id}", which one of the file has.`,
    fix: "Give that of the file another id; one from the environment has its type as its id.",
  };
}
