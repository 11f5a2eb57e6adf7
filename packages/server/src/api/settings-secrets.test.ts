import { defineConnector, ndjson, secret } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Places } from "./secret-places.ts";
import { placesOf } from "./secret-places.ts";
import { keepSecrets, maskedSettings, secretsIn } from "./settings-secrets.ts";

function open() {
  return { encode: () => "", send: async () => ({ kind: "accepted" }) as const };
}

function places(configSchema: z.ZodType): Places {
  const common = { type: "t", displayName: "T", guarantee: "accepted", limits: { maxBatchBytes: 1 } } as const;
  return placesOf(defineConnector({ ...common, framing: ndjson, configSchema, open }));
}

const password = secret({ description: "Password." });

describe("masked settings", () => {
  it.each([
    ["beside others", z.strictObject({ url: z.string(), password }), { url: "u", password: "S" }],
    [
      "that may be left out",
      z.strictObject({ url: z.string(), password: password.optional() }),
      { url: "u", password: "S" },
    ],
    [
      "below others",
      z.strictObject({ auth: z.strictObject({ user: z.string(), password }) }),
      { auth: { user: "u", password: "S" } },
    ],
    [
      "in a list",
      z.strictObject({ list: z.array(z.strictObject({ user: z.string(), password })) }),
      { list: [{ user: "u", password: "S" }] },
    ],
    [
      "in one of several forms",
      z.union([z.strictObject({ user: z.string(), password }), z.strictObject({ user: z.string() })]),
      { user: "u", password: "S" },
    ],
    ["under any name", z.strictObject({ users: z.record(z.string(), password) }), { users: { u: "S" } }],
    [
      "that the schema does not know",
      z.strictObject({ user: z.string() }),
      { user: "u", passwort: "S", more: { deep: ["S"] } },
    ],
    ["in a form that refers to itself", tree(), { name: "u", children: [{ name: "S", children: [] }] }],
    ["of another type than they should be", z.strictObject({ password }), { password: { a: "S" } }],
  ])("hide secrets %s, and nothing else", (_, schema, settings) => {
    const masked = JSON.stringify(maskedSettings(settings, places(schema)));
    expect(masked).not.toContain('"S"');
    expect(masked).toContain("[secret]");
    expect(masked.includes('"u"')).toBe(JSON.stringify(settings).includes('"u"'));
  });

  it("hide everything without a connector", () => {
    const nothing = placesOf(undefined);
    expect(maskedSettings({ url: "S", on: true, off: null }, nothing)).toEqual({
      url: "[secret]",
      on: "[secret]",
      off: null,
    });
  });

  it("hide a credential in an address", () => {
    const settings = { url: "https://user:S@host/a@b", other: "no://S@" };
    expect(maskedSettings(settings, places(z.strictObject({ url: z.string(), other: z.string() })))).toEqual({
      url: "https://[secret]@host/a@b",
      other: "no://[secret]@",
    });
  });
});

function tree(): z.ZodType {
  const node: z.ZodType = z.strictObject({ name: z.string(), children: z.array(z.lazy(() => node)) });
  return node;
}

describe("kept secrets", () => {
  const schema = z.strictObject({
    url: z.string().default("https://a.example"),
    source_host: z.string().optional(),
    tls_verify: z.boolean().default(true),
    index: z.string().optional(),
    target: z.string().optional(),
    token: password,
    webhook: password.optional(),
    list: z.array(z.strictObject({ host: z.string(), password })).optional(),
  });
  const stored = { url: "https://a.example/x", token: "S", webhook: "https://hooks.example/S", index: "i" };
  const keep = (given: object) => keepSecrets({ token: "[secret]", ...given }, stored, places(schema));

  it.each([
    ["nothing else changes", { url: stored.url, webhook: "[secret]" }, undefined],
    ["only the path changes", { url: "https://a.example/y" }, undefined],
    ["capitals change", { url: "HTTPS://A.example" }, undefined],
    ["the default is meant", {}, undefined],
    ["a fact about events changes", { source_host: "b" }, undefined],
    ["the index changes", { index: "j" }, undefined],
    ["the host changes", { url: "https://b.example/x" }, "url"],
    ["the port changes", { url: "https://a.example:1/x" }, "url"],
    ["the scheme changes", { url: "http://a.example/x" }, "url"],
    ["the user part pretends", { url: "https://a.example@b.example/x" }, "url"],
    ["an address of another scheme changes", { url: "tcp://b.example" }, "url"],
    ["the server is not verified any more", { tls_verify: false }, "tls_verify"],
    ["a setting of any name becomes an address", { target: "https://b.example" }, "target"],
    ["a secret address changes", { webhook: "https://b.example/S" }, "webhook"],
  ])("when %s", (_, given, moved) => {
    const base = moved === "webhook" || "webhook" in given ? {} : { webhook: "[secret]" };
    expect(keep({ ...base, ...given }).moved).toBe(moved);
  });

  it("are not sent elsewhere when none is kept", () => {
    const whole = { url: "https://b.example", token: "new" };
    expect(keepSecrets(whole, stored, places(schema))).toEqual({
      settings: whole,
      kept: [],
      missing: [],
      moved: undefined,
    });
  });

  it("stay with their address when a list is put in another order", () => {
    const list = [
      { host: "a.example", password: "A" },
      { host: "b.example", password: "B" },
    ];
    const turned = list.toReversed().map(({ host }) => ({ host, password: "[secret]" }));
    expect(keepSecrets({ list: turned }, { list }, places(schema)).moved).toBe("list[0].host");
    expect([...secretsIn({ list }, places(schema)).keys()]).toEqual(["list[0].password", "list[1].password"]);
  });
});
