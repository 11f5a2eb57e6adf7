import { describe, expect, it } from "vitest";
import { z } from "zod";
import { datadogSchema } from "./schema.ts";

const api_key = "0a1b2c";

describe("datadogSchema", () => {
  it("fills in what the platform documents as defaults", () => {
    const { api_key: key, ...rest } = datadogSchema.parse({ api_key });
    expect(key.reveal()).toBe(api_key);
    expect(rest).toEqual({
      site: "datadoghq.com",
      source: "arbitex",
      service: "arbitex-platform",
      tags: ["env:production"],
      format: "message",
      stale: "dead_letter",
      tls_verify: true,
    });
  });

  it.each([
    ["env:production,team:security", ["env:production", "team:security"]],
    [" env:a , ,team:b,", ["env:a", "team:b"]],
    [
      ["env:a", " team:b "],
      ["env:a", "team:b"],
    ],
    ["", []],
  ])("takes tags as text and as a list: %j", (tags, expected) => {
    expect(datadogSchema.parse({ api_key, tags }).tags).toEqual(expected);
  });

  it("reports every problem at once, each with its way out", () => {
    const { error } = datadogSchema.safeParse({
      api_key: "two words",
      site: "example.com",
      url: "datadoghq.com",
      tags: Array.from({ length: 101 }, (_, tag) => `t:${tag}`),
      format: "json",
      stael: "send",
    });
    const paths = error?.issues.map(({ path, code }) => (code === "unrecognized_keys" ? "unknown" : path.join(".")));
    expect(paths?.toSorted()).toEqual(["api_key", "format", "site", "tags", "unknown", "url"]);
  });

  it("refuses a tag that Datadog would cut", () => {
    expect(datadogSchema.safeParse({ api_key, tags: `env:${"x".repeat(300)}` }).error?.issues).toMatchObject([
      { path: ["tags"], message: expect.stringContaining("256 characters") },
    ]);
  });

  it("describes each setting for forms and documents, and marks the secrets", () => {
    const { properties } = z.toJSONSchema(datadogSchema, { io: "input" });
    const described = Object.entries(properties ?? {}).map(([key, value]) => {
      return typeof value === "object" && value.description ? key : `${key} is not described`;
    });
    expect(described).toEqual(Object.keys(datadogSchema.shape));
    expect(properties).toMatchObject({ api_key: { writeOnly: true }, tags: { default: "env:production" } });
  });
});
