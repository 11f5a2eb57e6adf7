import { describe, expect, it } from "vitest";
import { indexTemplate } from "../test/index-template.ts";

// `npx vitest run packages/connector-elastic/src/setup.test.ts --update` writes the files anew.
describe("the index templates in setup/", () => {
  it.each([
    ["elasticsearch", "index-template.json"],
    ["opensearch", "index-template.opensearch.json"],
  ] as const)("map what the events hold, for %s", async (product, file) => {
    await expect(indexTemplate(product)).toMatchFileSnapshot(`../setup/${file}`);
  });

  it("leave copies to whoever runs the cluster, and stay far below the limit of 1,000 fields", () => {
    for (const product of ["elasticsearch", "opensearch"] as const) {
      const template = indexTemplate(product);
      expect(template).not.toContain("number_of_replicas");
      expect(template.match(/"type"/g)?.length).toBeLessThan(500);
    }
  });
});
