import { SiemError } from "@arbitex/core";
import type { ConnectorRegistry } from "@arbitex/core/host";
import { deliverySchema, filterSchema, pathText, problemsOf } from "@arbitex/core/host";
import type { z } from "zod";
import type { TenantDestination, TenantRow } from "../src/api/api-options.ts";

/** Checks rows as the server does, in short. */
export function tenantDestinations(registry: ConnectorRegistry) {
  return async ({ id, orgId, connectorType, settings, delivery, filter }: TenantRow): Promise<TenantDestination> => {
    let connector;
    try {
      connector = await registry.load(connectorType);
    } catch (error) {
      if (!(error instanceof SiemError)) throw error;
      return { problems: [{ path: "connector_type", message: error.message }] };
    }
    const parts: readonly (readonly [string, z.ZodType, unknown])[] = [
      ["config", connector.configSchema, settings],
      ["delivery", deliverySchema.omit({ dead_letter_path: true }), delivery],
      ["filter", filterSchema, filter],
    ];
    const problems = parts.flatMap(([part, schema, value]) => {
      const { error } = schema.safeParse(value);
      return error === undefined ? [] : problemsOf(error, schema, (path) => pathText([part, ...path]));
    });
    if (problems.length > 0) return { problems };
    return { destination: { id, orgId, connector, config: connector.configSchema.parse(settings) } };
  };
}
