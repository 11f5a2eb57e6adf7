import { expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import byDefault, { qradar } from "./index.ts";

it("is the default export, and what the manifest says", () => {
  expect(byDefault).toBe(qradar);
  const { apiVersion, type, envPrefix } = qradar;
  // `setup` says where the kit has values of the configuration: the kits' own tests look at it.
  const { setup: _setup, ...stated } = manifest.arbitexConnector;
  expect(stated).toEqual({ apiVersion, type, envPrefix, entry: "./dist/index.js" });
});

it("promises no more than that the bytes left", () => {
  expect(qradar.guarantee).toBe("written");
});

it("leaves space for what the framing adds to the largest message", () => {
  expect([maxEventBytes("lf"), maxEventBytes("octet_counting")]).toEqual([10_001, 10_006]);
});

function maxEventBytes(framing: "lf" | "octet_counting") {
  const config = qradar.configSchema.parse({ host: "q", framing, max_message_bytes: 10_000 });
  return typeof qradar.limits === "function" ? qradar.limits(config).maxEventBytes : undefined;
}
