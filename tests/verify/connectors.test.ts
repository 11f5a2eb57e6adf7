import { readdirSync } from "node:fs";
import { join } from "node:path";
import { checksOfPackage, findPackage, runChecks } from "@arbitex/testkit/verify";
import { expect, it } from "vitest";

const packages = join(import.meta.dirname, "..", "..", "packages");
const connectors = readdirSync(packages).filter((name) => name.startsWith("connector-"));
/** The rest is the conformance suite, which each connector has as a test of its own. */
const OWN = ["The package", "The module", "The connector", "Configurations of the version before"];

it.each(connectors)("%s is a package that verify has nothing against", async (name) => {
  const found = await findPackage(join(packages, name), packages);
  const groups = (await checksOfPackage(found, found)).filter((group) => OWN.includes(group.name));
  const results = await runChecks(groups);
  expect(results.filter(({ status }) => status !== "passed")).toEqual([]);
});
