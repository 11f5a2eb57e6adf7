import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sumoSchema } from "./schema.ts";

const http_source_url = "https://collectors.sumologic.com/receiver/v1/http/ZaVnC4dhaV3==";

describe("sumoSchema", () => {
  it("fills in what the platform documents as defaults", () => {
    const { http_source_url: url, ...rest } = sumoSchema.parse({ http_source_url });
    expect(url.reveal()).toBe(http_source_url);
    expect(rest).toEqual({
      source_category: "arbitex/audit",
      source_name: "arbitex-platform",
      max_message_bytes: 64_000,
      tls_verify: true,
    });
  });

  it("never shows the URL, however it is printed", () => {
    const config = sumoSchema.parse({ http_source_url });
    const printed = [
      inspect(config, { depth: 9, showHidden: true }),
      JSON.stringify(config),
      String(config.http_source_url),
    ];
    for (const text of printed) expect(text).not.toContain("ZaVnC4dhaV3");
    const { error } = sumoSchema.safeParse({ http_source_url: `${http_source_url}?a=1` });
    expect(inspect(error)).not.toContain("ZaVnC4dhaV3");
  });

  it("reports every problem at once", () => {
    const { error } = sumoSchema.safeParse({
      http_source_url: "https://service.sumologic.com",
      source_category: "line\nbreak",
      source_name: "n\u00e4me",
      source_host: "",
      fields: "  ",
      max_message_bytes: 5,
      catgory: "a",
    });
    const paths = error?.issues.map(({ path, code }) => (code === "unrecognized_keys" ? "unknown" : path.join(".")));
    expect(paths?.toSorted()).toEqual([
      "fields",
      "http_source_url",
      "max_message_bytes",
      "source_category",
      "source_host",
      "source_name",
      "unknown",
    ]);
  });

  it("describes each setting for forms and documents, and marks the secrets", () => {
    const { properties } = z.toJSONSchema(sumoSchema, { io: "input" });
    const described = Object.entries(properties ?? {}).map(([key, value]) => {
      return typeof value === "object" && value.description ? key : `${key} is not described`;
    });
    expect(described).toEqual(Object.keys(sumoSchema.shape));
    expect(properties).toMatchObject({ http_source_url: { writeOnly: true } });
  });
});
