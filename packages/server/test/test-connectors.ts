import type { AnyConnector } from "@arbitex/core";
import { defineConnector, ndjson, secret, SiemError } from "@arbitex/core";
import type { ConnectorRegistry } from "@arbitex/core/host";
import { z } from "zod";

/** What the connectors of a test were sent, and what they do. */
export interface TestSiem {
  /** Events as JSON texts, by destination. */
  readonly sent: { readonly destination: string; readonly json: string }[];
  /** What the check is to find, told the token that it would use. */
  check: (token: string) => string;
  /** Batches wait for this. */
  gate: Promise<void>;
}

export function createTestSiem(): TestSiem {
  return { sent: [], check: () => "fine", gate: Promise.resolve() };
}

/** A connector with settings of each kind, secrets beside and below one another. */
export function acmeConnector(siem: TestSiem): AnyConnector {
  return defineConnector({
    type: "acme",
    displayName: "Acme",
    guarantee: "accepted",
    configSchema: z.strictObject({
      url: z.string().superRefine((url, context) => {
        if (!url.startsWith("https://")) context.addIssue({ code: "custom", message: `"${url}" is no https address` });
      }),
      token: secret({ description: "Token." }),
      second: secret({ description: "Another." }).optional(),
      index: z.string().min(1).default("main"),
      site: z.string().default("one.example"),
      accounts: z
        .array(z.strictObject({ user: z.string(), password: secret({ description: "Password." }) }))
        .optional(),
    }),
    limits: { maxBatchBytes: 100_000 },
    framing: ndjson,
    oldEvents: { afterMs: 3_600_000, effect: "Acme dates them anew." },
    open: ({ token }, { destinationId }) => ({
      encode: (record) => record.json,
      async send(batch) {
        await siem.gate;
        siem.sent.push(...batch.records.map(({ json }) => ({ destination: destinationId, json })));
        return { kind: "accepted" };
      },
      check: async () => ({
        steps: [{ name: "credential", status: "passed", detail: siem.check(token.reveal()) }],
      }),
    }),
  });
}

export function registryOf(connectors: readonly AnyConnector[]): ConnectorRegistry {
  return {
    packages: connectors.map(({ type }) => {
      return { name: `connector-${type}`, version: "1.2.3", folder: "/nowhere", entry: "/nowhere/index.js", type };
    }),
    async load(type) {
      const found = connectors.find((connector) => connector.type === type);
      if (found !== undefined) return found;
      throw new SiemError("SIEM_CONNECTOR_UNKNOWN", `No installed connector is of type "${type}".`);
    },
  };
}
