import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Registry } from "./registry.ts";
import { succeed } from "./run-program.ts";

export interface Fixture {
  readonly name: string;
  readonly version?: string;
  /** What replaces the manifest of a good connector. */
  readonly manifest?: object;
  /** What replaces its module. */
  readonly module?: string;
}

/** Publishes a third party's connector to the private registry. */
export async function publishFixture({ environment }: Registry, fixture: Fixture): Promise<void> {
  const { name, version = "1.0.0", manifest, module } = fixture;
  const folder = mkdtempSync(join(tmpdir(), "fixture-"));
  mkdirSync(folder, { recursive: true });
  const type = typeOf(name);
  const good = {
    name,
    version,
    type: "module",
    exports: "./index.js",
    keywords: ["arbitex-connector"],
    arbitexConnector: { apiVersion: 1, type, entry: "./index.js" },
    peerDependencies: { "@arbitex/core": "^1.0.0", zod: "^4.0.0" },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...good, ...manifest }));
  writeFileSync(join(folder, "index.js"), module ?? connectorModule(type));
  await succeed("npm", ["publish", "--ignore-scripts"], { cwd: folder, env: environment });
  rmSync(folder, { recursive: true });
}

export function typeOf(name: string): string {
  return name.replaceAll("-", "_");
}

/** As the guide for authors shows it. */
export function connectorModule(type: string, open = ""): string {
  return `
import { classifyStatus, defineConnector, httpClient, httpSink, ndjson, secret } from "@arbitex/core";
import { z } from "zod";

export default defineConnector({
  type: ${JSON.stringify(type)},
  displayName: "Acme Log",
  guarantee: "accepted",
  envPrefix: ${JSON.stringify(type.toUpperCase())},
  configSchema: z.strictObject({
    url: z.url().meta({ description: "Where to." }),
    token: secret({ description: "Token." }),
  }),
  limits: { maxBatchBytes: 1_000_000 },
  framing: ndjson,
  open: ({ url, token }, context) => {
    ${open}
    return httpSink({
      http: httpClient({ context }),
      encode: (record) => record.json,
      request: () => ({ url, headers: { authorization: "Bearer " + token.reveal() } }),
      classify: (reply) => classifyStatus(reply, context.now()),
    });
  },
});
`;
}
