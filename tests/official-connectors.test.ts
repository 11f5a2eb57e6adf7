import { join } from "node:path";
import { askedFor } from "@arbitex/core/config";
import { createConnectorRegistry, discoverConnectors, settingsOf, variableOf } from "@arbitex/core/host";
import { expect, it } from "vitest";

/** An environment in which every variable is set. */
const everything: Readonly<Record<string, string>> = new Proxy({}, { get: () => "x" });

it("a variable that asks for a connector that is not installed is one that the installed connector has", async () => {
  const registry = createConnectorRegistry(await discoverConnectors(join(import.meta.dirname, "..")));
  for (const { connector: official, variables } of askedFor(everything)) {
    const connector = await registry.load(official.type);
    const own = settingsOf(connector.configSchema).map(({ key }) => variableOf(connector.envPrefix ?? "", key));
    expect(own).toEqual(expect.arrayContaining([...variables]));
  }
});
