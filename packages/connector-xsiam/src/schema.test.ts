import { describe, expect, it } from "vitest";
import { z } from "zod";
import { xsiamSchema } from "./schema.ts";

const url = "https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/event";

describe("xsiamSchema", () => {
  it("needs no more than address and key, and expects a collector with gzip", () => {
    const { api_key, ...rest } = xsiamSchema.parse({ url, api_key: "k3y" });
    expect(api_key.reveal()).toBe("k3y");
    expect(rest).toEqual({ url, compression: "gzip", tls_verify: true });
  });

  it.each([
    [12, "12"],
    ["12", "12"],
  ])("takes the key's id as a number and as text: %j", (api_key_id, id) => {
    expect(xsiamSchema.parse({ url, api_key: "k3y", api_key_id }).api_key_id).toBe(id);
  });

  it("reports every problem at once", () => {
    const { error } = xsiamSchema.safeParse({
      url: "acme",
      api_key: "Bearer k3y",
      api_key_id: "1 2",
      compression: "zstd",
      ulr: 1,
    });
    const paths = error?.issues.map(({ path, code }) => (code === "unrecognized_keys" ? "unknown" : path.join(".")));
    expect(paths?.toSorted()).toEqual(["api_key", "api_key_id", "compression", "unknown", "url"]);
  });

  it("describes each setting for forms and documents, and marks the secrets", () => {
    const { properties } = z.toJSONSchema(xsiamSchema, { io: "input" });
    const described = Object.entries(properties ?? {}).map(([key, value]) => {
      return typeof value === "object" && value.description ? key : `${key} is not described`;
    });
    expect(described).toEqual(Object.keys(xsiamSchema.shape));
    expect(properties).toMatchObject({ api_key: { writeOnly: true } });
  });
});
