import { describe, expect, it } from "vitest";
import { fieldsOf } from "./fields.ts";

const keys = (fields: readonly { readonly key: string }[]) => fields.map(({ key }) => key);

const schema = {
  type: "object",
  properties: {
    url: { type: "string", description: "Address." },
    token: { type: "string", writeOnly: true },
    index: { anyOf: [{ type: "string" }, { type: "null" }] },
    ack: { type: "boolean", default: false },
    port: { type: "integer", minimum: 1, maximum: 65535, default: 514 },
    mode: { type: "string", enum: ["fast", "safe"] },
    tags: { type: "array", items: { type: "string" } },
    extra: { type: "object" },
    path: { type: "string", operatorOnly: "always" },
    tls_ca: { type: "string", operatorOnly: "path" },
  },
  required: ["url", "token"],
};

describe("the fields of a connector", () => {
  it("ask first for what is required or secret, and keep TLS apart", () => {
    const { main, more, tls } = fieldsOf(schema, {});
    expect(keys(main)).toEqual(["url", "token"]);
    expect(keys(more)).toEqual(["index", "ack", "port", "mode", "tags", "extra"]);
    expect(keys(tls)).toEqual(["tls_ca"]);
  });

  it("are entered as their types want it", () => {
    const { main, more } = fieldsOf(schema, {});
    expect(main[1]).toMatchObject({ isSecret: true, isRequired: true, label: "Token" });
    expect(more.map(({ input }) => input.kind)).toEqual(["text", "switch", "number", "choice", "list", "json"]);
  });

  it("are those of the chosen variant, with a choice of variants", () => {
    const variants = {
      properties: { url: { type: "string" } },
      oneOf: [
        { properties: { auth: { const: "token" }, token: { type: "string", writeOnly: true } }, required: ["token"] },
        { properties: { auth: { const: "basic" }, user: { type: "string" } }, required: ["user"] },
      ],
    };
    expect(keys(fieldsOf(variants, {}).main)).toEqual(["url", "auth", "token"]);
    const basic = fieldsOf(variants, { auth: "basic" }).main;
    expect(keys(basic)).toEqual(["url", "auth", "user"]);
    expect(basic[1]?.input).toEqual({ kind: "choice", choices: ["token", "basic"] });
  });

  it("come and go with a condition", () => {
    const conditional = {
      properties: { proxy: { type: "string", enum: ["none", "http"] } },
      if: { properties: { proxy: { const: "http" } }, required: ["proxy"] },
      // oxlint-disable-next-line unicorn/no-thenable
      then: { properties: { proxy_url: { type: "string" } }, required: ["proxy_url"] },
    };
    expect(keys(fieldsOf(conditional, { proxy: "none" }).main)).toEqual(["proxy"]);
    expect(fieldsOf(conditional, { proxy: "http" }).main[1]).toMatchObject({ key: "proxy_url", isRequired: true });
  });

  it("become required with another one", () => {
    const dependent = {
      properties: { username: { type: "string" }, password: { type: "string", writeOnly: true } },
      dependentRequired: { username: ["password"] },
    };
    expect(fieldsOf(dependent, {}).main[1]?.isRequired).toBe(false);
    expect(fieldsOf(dependent, { username: "ada" }).main[1]?.isRequired).toBe(true);
  });
});
