import type { AnyConnector } from "@arbitex/core";
import { isObject } from "@arbitex/simulators";

const KEYWORD = "arbitex-connector";
/** Brought by the deployment: a second copy beside it would not be the same. */
const PEERS = ["@arbitex/core", "zod"];

/** What is wrong with a connector's package.json: with it, a host finds the connector without importing it. */
export function manifestProblems(connector: AnyConnector, manifest: unknown): readonly string[] {
  if (!isObject(manifest)) return ["package.json is no object"];
  const own = isObject(manifest["arbitexConnector"]) ? manifest["arbitexConnector"] : undefined;
  if (own === undefined) return ['package.json has no "arbitexConnector"'];
  const { keywords } = manifest;
  const agreeing = ["apiVersion", "type", "envPrefix"] as const;
  return [
    ...agreeing
      .filter((key) => own[key] !== connector[key])
      .map((key) => `arbitexConnector.${key} is ${show(own[key])}, the module says ${show(connector[key])}`),
    ...(connector.apiVersion === 1 ? [] : [`apiVersion is ${show(connector.apiVersion)}, not 1`]),
    ...(typeof own["entry"] === "string" && own["entry"].startsWith("./")
      ? []
      : ["arbitexConnector.entry is no path that begins with ./"]),
    ...(Array.isArray(keywords) && keywords.includes(KEYWORD) ? [] : [`keywords do not include "${KEYWORD}"`]),
    ...(manifest["type"] === "module" ? [] : ['"type" is not "module"']),
    ...PEERS.flatMap((name) => peerProblems(manifest, name)),
  ];
}

function peerProblems(manifest: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const isIn = (field: string) => isObject(manifest[field]) && Object.hasOwn(manifest[field], name);
  return [
    ...(isIn("peerDependencies") ? [] : [`peerDependencies do not name ${name}`]),
    ...(isIn("dependencies") ? [`dependencies name ${name}, which the deployment brings`] : []),
  ];
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
