import { inspect } from "node:util";
import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { jsonSchemaOf } from "../host/config/setting-table.ts";
import type { AnyConnector, Connector } from "./connector.ts";
import { defineConnector } from "./connector.ts";
import { ndjson } from "./framing.ts";
import type { Secret } from "./secret.ts";
import { secret } from "./secret.ts";

const configSchema = z.strictObject({
  url: z.url(),
  token: secret({ description: "Token." }),
  ack: z.boolean().default(false),
});

const acme = defineConnector({
  type: "acme",
  displayName: "Acme",
  guarantee: ({ ack }) => (ack ? "indexed" : "accepted"),
  configSchema,
  limits: { maxBatchBytes: 1000 },
  framing: ndjson,
  open: ({ token }) => ({
    encode: (record) => record.json,
    send: async () => ({ kind: "suspend", reason: String(token) }),
  }),
});

describe("defineConnector", () => {
  it("infers the configuration from its schema and names the contract's version", () => {
    expectTypeOf(acme).toExtend<Connector<{ url: string; token: Secret; ack: boolean }>>();
    expectTypeOf<Parameters<typeof acme.open>[0]["token"]>().toEqualTypeOf<Secret>();
    expectTypeOf(acme).toExtend<AnyConnector>();
    expect(acme.apiVersion).toBe(1);
  });

  it("does not let a connector read what its schema does not make", () => {
    defineConnector({
      type: "acme",
      displayName: "Acme",
      guarantee: "accepted",
      configSchema: z.strictObject({ url: z.url() }),
      limits: { maxBatchBytes: 1000 },
      framing: ndjson,
      // @ts-expect-error: the schema has no token
      open: ({ token }) => ({ encode: () => String(token), send: async () => ({ kind: "accepted" }) }),
    });
  });

  it("does not let a sink make up a verdict", () => {
    // @ts-expect-error: there is no verdict of this name
    defineConnector({ ...acme, open: () => ({ encode: () => "", send: async () => ({ kind: "fine" }) }) });
  });
});

describe("a secret", () => {
  const { token } = configSchema.parse({ url: "https://acme.test", token: "canary" });

  it("shows itself to no one who does not ask for it by name", () => {
    for (const shown of [String(token), JSON.stringify({ token }), inspect({ token }, { depth: 9 })]) {
      expect(shown).not.toContain("canary");
      expect(shown).toContain("[secret]");
    }
    expect(token.reveal()).toBe("canary");
  });

  it("is marked for forms and documents", () => {
    expect(jsonSchemaOf(configSchema)).toMatchObject({
      properties: { token: { type: "string", writeOnly: true, secret: true, description: "Token." } },
    });
  });

  it("is not told in the error about another setting", () => {
    const { error } = configSchema.safeParse({ url: "no url", token: "canary" });
    expect(inspect(error)).not.toContain("canary");
  });
});
