import { expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import byDefault, { createSentinel, sentinel } from "./index.ts";

it("is the default export, and what the manifest says", () => {
  expect(byDefault).toBe(sentinel);
  const { type, apiVersion, envPrefix } = sentinel;
  expect(manifest.arbitexConnector).toMatchObject({ type, apiVersion, envPrefix });
});

it("is the same connector with a credential that is passed in code", () => {
  const made = createSentinel({ credential: { getToken: async () => null } });
  const { type, limits, framing, guarantee } = sentinel;
  expect(made).toMatchObject({ type, limits, framing, guarantee });
});
