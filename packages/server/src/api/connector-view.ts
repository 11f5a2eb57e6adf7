import type { ConnectorPackage, ConnectorRegistry } from "@arbitex/core/host";
import { jsonSchemaOf } from "@arbitex/core/host";
import { z } from "zod";
import { Refusal } from "../http/problem.ts";
import { messageOf } from "../message-of.ts";
import { noSuch } from "./validate-request.ts";

export const typeParams = z.strictObject({ type: z.string().max(100) });

const described = {
  type: z.string(),
  display_name: z.string().nullable(),
  guarantee: z
    .string()
    .nullable()
    .meta({ description: "What a good answer of the SIEM proves; may depend on settings." }),
  config_schema: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: "JSON Schema of `config`; secrets are `writeOnly`." }),
};

/** A connector as administrators see it. */
export const connectorAnswer = z
  .object({
    ...described,
    package: z.string(),
    version: z.string(),
    problem: z.string().nullable().meta({ description: "Why the connector cannot be used." }),
  })
  .meta({ id: "Connector", description: "A connector that is installed." });

type ConnectorAnswer = z.output<typeof connectorAnswer>;

/** A connector as organisations see it: its settings, without facts about the machine. */
export const offeredConnector = z
  .object(described)
  .meta({ id: "OfferedConnector", description: "A connector that configurations may be of." });

type OfferedConnector = z.output<typeof offeredConnector>;

export function installedConnectors(registry: ConnectorRegistry): Promise<ConnectorAnswer[]> {
  return Promise.all(registry.packages.map((found) => connectorAnswerOf(found, registry)));
}

export async function installedConnector(type: string, registry: ConnectorRegistry): Promise<ConnectorAnswer> {
  const found = registry.packages.find((candidate) => candidate.type === type);
  if (found !== undefined) return connectorAnswerOf(found, registry);
  const installed = registry.packages.map((candidate) => candidate.type).join(", ");
  const detail = `No connector of this type is installed. Installed are: ${installed || "none"}.`;
  throw new Refusal({ ...noSuch, detail });
}

/** The connectors that can be used. */
export async function offeredConnectors(registry: ConnectorRegistry): Promise<OfferedConnector[]> {
  const usable = (await installedConnectors(registry)).filter(({ problem }) => problem === null);
  return usable.map(({ type, display_name, guarantee, config_schema }) => {
    return { type, display_name, guarantee, config_schema };
  });
}

async function connectorAnswerOf(
  { type, name, version }: ConnectorPackage,
  registry: ConnectorRegistry,
): Promise<ConnectorAnswer> {
  const common = { type, package: name, version };
  try {
    const { displayName, guarantee, configSchema } = await registry.load(type);
    return {
      ...common,
      display_name: displayName,
      guarantee: typeof guarantee === "string" ? guarantee : "by setting",
      config_schema: jsonSchemaOf(configSchema),
      problem: null,
    };
  } catch (error) {
    const problem = messageOf(error);
    return { ...common, display_name: null, guarantee: null, config_schema: null, problem };
  }
}
