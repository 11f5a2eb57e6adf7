import type { AnyConnector } from "@arbitex/core";
import { isObject } from "@arbitex/simulators";
import type { Check } from "./check.ts";
import { check, unless } from "./check.ts";

const KEYWORD = "arbitex-connector";

/**
 * Checks a connector's package.json, with which a host finds the connector without importing it. `connector` is
 * undefined when the module exports none.
 */
export function manifestChecks(connector: AnyConnector | undefined, manifest: unknown): readonly Check[] {
  const given = isObject(manifest) ? manifest : {};
  const own = isObject(given["arbitexConnector"]) ? given["arbitexConnector"] : {};
  const { keywords, type } = given;
  const agrees = (key: "apiVersion" | "type" | "envPrefix") =>
    unless(
      connector === undefined || own[key] === connector[key],
      `arbitexConnector.${key} is ${shown(own[key])}, the module says ${shown(connector?.[key])}`,
    );
  return [
    check("manifest-module", "is an ES module", () => unless(type === "module", '"type" is not "module"')),
    check("manifest-keyword", "is found by its keyword", () =>
      unless(Array.isArray(keywords) && keywords.includes(KEYWORD), `keywords do not include "${KEYWORD}"`),
    ),
    check("manifest-connector", "names itself as a connector in its manifest", () =>
      unless(isObject(given["arbitexConnector"]), 'package.json has no "arbitexConnector"'),
    ),
    check("manifest-api-version", "says the version of the contract that it is written for", () => [
      ...agrees("apiVersion"),
      ...unless(own["apiVersion"] === 1, `arbitexConnector.apiVersion is ${shown(own["apiVersion"])}, not 1`),
    ]),
    check("manifest-type", "has the type that its manifest says", () => agrees("type")),
    check("manifest-prefix", "has the variables that its manifest says", () => agrees("envPrefix")),
    check("manifest-entry", "says where its module is", () =>
      unless(
        typeof own["entry"] === "string" && own["entry"].startsWith("./"),
        "arbitexConnector.entry is no path that begins with ./",
      ),
    ),
    check("peer-core", "takes core from the deployment", () => peerProblems(given, "@arbitex/core")),
    check("peer-zod", "takes zod from the deployment", () => peerProblems(given, "zod")),
    check("peer-ranges", "goes with later versions of what the deployment brings", () => rangeProblems(given)),
  ];
}

/** The deployment provides core and zod: a second copy of either would not be the host's. */
function peerProblems(manifest: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const isIn = (field: string) => isObject(manifest[field]) && Object.hasOwn(manifest[field], name);
  return [
    ...unless(isIn("peerDependencies"), `peerDependencies do not name ${name}`),
    ...unless(!isIn("dependencies"), `dependencies name ${name}, which the deployment brings`),
  ];
}

/** `^1.2.3`, `^1`, `>=1 <3`, `1.x`, and their forms in a workspace. */
const OPEN_RANGE = /^(?:\^|>=|workspace:\^)|\.x$|^\d+$/;

function rangeProblems({ peerDependencies }: Readonly<Record<string, unknown>>): readonly string[] {
  const ranges = isObject(peerDependencies) ? Object.entries(peerDependencies) : [];
  return ranges.flatMap(([name, range]) =>
    unless(
      typeof range === "string" && OPEN_RANGE.test(range),
      `the range ${shown(range)} of the peer ${name} leaves out its next minor version: write ^ before it`,
    ),
  );
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
