import type { z } from "zod";
import type { AnyConnector } from "../../connector/connector.ts";
import type { ConnectorPackage } from "../connectors/connector-package.ts";
import { certificateProblems } from "./certificate-problems.ts";
import type { Naming } from "./config-problems.ts";
import { problem, problemsOf } from "./config-problems.ts";
import type { deliverySchema, filterSchema } from "./delivery-config.ts";
import { deliverySettingsOf, filterOf } from "./delivery-config.ts";
import { redactRulesOf } from "./redact-setting.ts";
import { deliveryProblems } from "./delivery-problems.ts";
import type { Destination } from "./destination.ts";
import { originOf } from "./destination.ts";
import type { ConfigProblem } from "./problem.ts";

/** A destination, or every problem that prevents it. */
export interface BuiltDestination {
  readonly destination?: Destination;
  readonly problems: readonly ConfigProblem[];
}

/** A destination as a user wrote it, with unchecked `config`. */
export interface WrittenDestination {
  readonly id: string;
  readonly connector: AnyConnector;
  readonly config: Readonly<Record<string, unknown>>;
  readonly orgId: string | null;
  readonly delivery?: z.output<typeof deliverySchema>;
  readonly filter?: z.output<typeof filterSchema>;
  /** The connector's package, so that a worker can load it too. */
  readonly found: ConnectorPackage | undefined;
}

/** How `buildDestination` names and shows settings in problems. */
export interface BuildOptions {
  /** Naming of the connector's settings, and of delivery's. */
  readonly ofConfig: Naming;
  readonly ofDelivery: Naming;
  /** Returns the place where an unknown key belongs, if it is known elsewhere. */
  readonly belongs?: (path: readonly PropertyKey[]) => string | undefined;
  /** Names of settings whose values must not be shown. */
  readonly hidden?: ReadonlySet<string> | undefined;
  /** The operator wrote it: problems may show its values, and its files are checked. */
  readonly isOperators: boolean;
}

/** Checks a destination's settings and builds it. Returns every problem at once. */
export function buildDestination(
  { id, connector, config, orgId, delivery = {}, filter = {}, found }: WrittenDestination,
  { ofConfig, ofDelivery, belongs, hidden, isOperators }: BuildOptions,
): BuiltDestination {
  const { dead_letter_path: deadLetterPath, redact, ...rest } = delivery;
  const redaction = redactRulesOf(redact ?? [], ofDelivery, filter.class_uids);
  const settings = { ...deliverySettingsOf(rest), ...(redact !== undefined && { redact: redaction.rules }) };
  const parsed = connector.configSchema.safeParse(config);
  // Only an operator's settings may name files.
  const certificates = isOperators ? certificateProblems(connector, config, ofConfig) : [];
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, connector.configSchema, {
      naming: ofConfig,
      prefix: connector.envPrefix ?? connector.type.toUpperCase(),
      ...(belongs !== undefined && { belongs }),
      hidden,
      ...(isOperators && { input: config }),
    });
    // The schema may have reported the same problem.
    const others = certificates.filter(({ path }) => !problems.some((other) => other.path === path));
    return { problems: [...problems, ...others, ...redaction.problems] };
  }
  const impossible = deliveryProblems(connector, parsed.data, settings).map((one) =>
    problem({ ...one, path: ofDelivery.name([one.path]), at: ofDelivery.at?.([one.path], "value") }),
  );
  const wrong = [...certificates, ...impossible, ...redaction.problems];
  if (wrong.length > 0) return { problems: wrong };
  const destination: Destination = {
    id,
    connector,
    config: parsed.data,
    orgId,
    delivery: settings,
    filter: filterOf(filter),
    ...(deadLetterPath !== undefined && { deadLetterPath }),
    ...originOf(found, config),
  };
  return { destination, problems: [] };
}
