import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), "utf8");

/** A package as its files, by their path. */
export type Files = Readonly<Record<string, string>>;

const manifest = {
  name: "acme-arbitex-connector",
  version: "1.0.0",
  description: "Delivers audit events to Acme Log.",
  license: "Apache-2.0",
  type: "module",
  engines: { node: ">=20.19" },
  exports: {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./package.json": "./package.json",
  },
  keywords: ["arbitex-connector"],
  arbitexConnector: {
    apiVersion: 1,
    type: "acme_log",
    entry: "./dist/index.js",
    envPrefix: "ACME",
    simulator: "./dist/simulator.js",
  },
  peerDependencies: { "@arbitex/core": "^1.0.0", zod: "^4.6.7" },
};

const readme = `# acme-arbitex-connector

Delivers OCSF audit events to Acme Log, in lines of JSON over HTTP: a destination of the type \`acme_log\`.

    npm install acme-arbitex-connector

| Setting | Meaning |
| --- | --- |
| \`url\` | Where to. |
| \`token\` | Token. |
`;

/** The connector on the first page of the README, word for word, as a package that verify has nothing against. */
export const samplePackage: Files = {
  "package.json": JSON.stringify(manifest, undefined, 2),
  "README.md": readme,
  LICENSE: read("LICENSE"),
  "dist/index.js": example(read("README.md")),
  "dist/index.d.ts": "export {};\n",
  "dist/simulator.js": read("tests/verify/sample-simulator.js"),
};

/** The same example stands in both. */
export const guideExample = example(read("docs/writing-a-connector.md"));

function example(document: string): string {
  const blocks = [...document.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ""]) => code);
  const found = blocks.find((code) => code.includes("export default defineConnector"));
  if (found === undefined) throw new Error("the document has no example of a connector");
  return found;
}
