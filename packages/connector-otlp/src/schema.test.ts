import { describe, expect, it } from "vitest";
import { logsUrl } from "./endpoint.ts";
import { otlpSchema } from "./schema.ts";

describe("the settings", () => {
  it.each([
    ["https://collector.example.com:4318", "https://collector.example.com:4318/v1/logs"],
    ["https://collector.example.com/", "https://collector.example.com/v1/logs"],
    ["http://vl:9428/insert/opentelemetry/v1/logs", "http://vl:9428/insert/opentelemetry/v1/logs"],
    [" https://otlp.example.com/v1/logs\n", "https://otlp.example.com/v1/logs"],
  ])("take %j for %s", (url, expected) => {
    expect(logsUrl(otlpSchema.parse({ url }).url).href).toBe(expected);
  });

  it.each([
    ["no address", "collector", /https:\/\//],
    ["gRPC's scheme", "grpc://collector:4317", /https:\/\//],
    ["gRPC's port", "https://collector:4317", /4318/],
    ["a password", "https://u:p@collector", /username/],
    ["a key in the query", "https://collector/v1/logs?api_key=canary", /headers/],
  ])("refuse %s, and say what to write instead", (_, url, fix) => {
    const { error } = otlpSchema.safeParse({ url });
    expect(error?.message).toMatch(fix);
    expect(error?.message).not.toContain("canary");
  });

  it("refuse two credentials for one header", () => {
    const settings = { url: "https://c", bearer_token: "t", headers: { authorization: "ApiKey x" } };
    expect(otlpSchema.safeParse(settings).error?.message).toContain("Keep one");
  });
});
