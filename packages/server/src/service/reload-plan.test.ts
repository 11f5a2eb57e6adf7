import type { Deployment } from "../config/deployment.ts";
import { configuredDestination } from "@arbitex/core/host";
import { describe, expect, it } from "vitest";
import { acmeConnector, createTestSiem, registryOf } from "../../test/test-connectors.ts";
import { planReload } from "./reload-plan.ts";

const registry = registryOf([acmeConnector(createTestSiem())]);

interface Entry {
  readonly id: string;
  readonly token?: string;
  readonly org_id?: string;
  readonly delivery?: { readonly batch_size: number };
}

async function deployment(entries: readonly Entry[], sections: Deployment["sections"] = {}) {
  const destinations = await Promise.all(
    entries.map(async ({ token = "t", ...entry }) => {
      const config = { url: "https://acme.example", token };
      const { destination } = await configuredDestination({ type: "acme", config, ...entry }, { registry });
      if (destination === undefined) throw new Error("the test's configuration is wrong");
      return destination;
    }),
  );
  return { destinations, sections, registry } as unknown as Deployment;
}

const idsOf = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);

describe("a reload", () => {
  it("touches only what is new, gone or other than before, be it a secret alone", async () => {
    const before = await deployment([{ id: "same" }, { id: "gone" }, { id: "renewed" }, { id: "tuned" }]);
    const after = await deployment([
      { id: "tuned", delivery: { batch_size: 7 } },
      { id: "renewed", token: "other" },
      { id: "new" },
      { id: "same" },
    ]);
    const { added, changed, removed, unchanged, problems } = planReload(before, after);
    expect([added, removed, unchanged].map(idsOf)).toEqual([["new"], ["gone"], ["same"]]);
    expect(idsOf(changed)).toEqual(["tuned", "renewed"]);
    expect(problems).toEqual([]);
  });

  it("does not give what is queued for one organisation to another", async () => {
    const before = await deployment([{ id: "soc", org_id: "one" }]);
    const { changed, problems } = planReload(before, await deployment([{ id: "soc", org_id: "two" }]));
    expect([changed, problems]).toMatchObject([
      [],
      [{ path: "destination soc", fix: expect.stringContaining("another id") }],
    ]);
  });

  it("names what only a restart applies, as the file does", async () => {
    const before = await deployment([], { queue: { path: "a", max_bytes: 1 }, workers: 1 });
    const after = await deployment([], { queue: { path: "b", max_bytes: 1 }, auth: { jwt: { issuer: "x" } } });
    expect(planReload(before, after).needsRestart).toEqual(["queue.path", "workers", "auth.jwt.issuer"]);
  });
});
