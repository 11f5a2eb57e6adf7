import { readFileSync } from "node:fs";
import { createEventBuilders } from "@arbitex/core/ocsf";
import { createEventGenerator } from "@arbitex/simulators";
import { describe, expect, it } from "vitest";
import { mappingTables, withSection } from "../test/mapping-table.ts";
import { customProperties, eventNames } from "../test/setup-files.ts";
import { derived, headerFields, mapping, notSent } from "@arbitex/core/syslog";

// After a change of the mapping: npx vitest run packages/connector-qradar/src/documents.test.ts -u

describe("documents", () => {
  it("show the mapping as it is, in the README", async () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    await expect(withSection(readme, "mapping", mappingTables())).toMatchFileSnapshot("../README.md");
  });

  it("list a custom property for each field that QRadar does not know", async () => {
    await expect(asJson(customProperties())).toMatchFileSnapshot("../setup/properties.json");
  });

  it("list every event that the platform's actions become", async () => {
    await expect(asJson(eventNames())).toMatchFileSnapshot("../setup/events.json");
  });
});

describe("the mapping", () => {
  it.each(["cef", "leef"] as const)("gives each key of %s one row, and each field its own", (format) => {
    const keys = mapping.flatMap((row) => row[format]?.key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => !/^[A-Za-z][A-Za-z0-9]*$/.test(key))).toEqual([]);
  });

  it("labels every custom field of CEF, and none of its own keys are the dictionary's", () => {
    for (const { cef } of mapping) {
      const needsLabel = /^(?:cs|cn|cfp|c6a|flexString)\d$/.test(cef?.key ?? "");
      expect(needsLabel, cef?.key).toBe(cef?.label !== undefined);
      expect(["eventId", "art", "rawEvent", "agt", "ahost", "slat", "slong"]).not.toContain(cef?.key);
    }
  });

  it("tells of every field that our builders and samples write", () => {
    const explained = Object.values(derived).flatMap((text) => text.split("`").filter((_, index) => index % 2 === 1));
    const rows = mapping.flatMap(({ from }) => from);
    const told = new Set([...rows, ...explained, ...Object.keys(headerFields), ...Object.keys(notSent)]);
    const written = new Set(writtenEvents().flatMap((event) => pathsOf(event)));
    const untold = [...written].filter((path) => !isTold(path, told));
    expect(untold).toEqual([]);
  });
});

function writtenEvents(): readonly object[] {
  const generator = createEventGenerator({ seed: 3 });
  const builders = createEventBuilders({ product: { version: "1" } });
  const facts = {
    time: 1,
    message: "m",
    statusCode: "1",
    statusDetail: "d",
    correlationUid: "c",
    duration: 1,
    user: { uid: "u", name: "n", email: "a@b.c" },
    org: { uid: "o", name: "n" },
    source: { ip: "1.2.3.4", hostname: "h", port: 1, country: "DE", region: "r", city: "c", isp: "i", lat: 1, long: 2 },
    request: { method: "GET", url: "/x", userAgent: "a" },
    target: { uid: "t", name: "n", email: "a@b.c" },
    resources: [{ name: "r", type: "t" }],
    rule: { uid: "u", name: "n", category: "c" },
  } as const;
  const place = { source: { ...facts.source, isAnonymous: true }, destination: facts.source };
  return [
    ...Array.from({ length: 200 }, () => generator.next()),
    builders.apiActivity({
      ...facts,
      ...place,
      operation: "o",
      requestUid: "r",
      responseCode: 200,
      service: { name: "s", version: "1" },
    }),
    builders.authentication({ ...facts, ...place, authProtocolId: 5, isMfa: true, isRemote: true, sessionUid: "s" }),
    builders.accountChange({ ...facts, ...place, policy: { uid: "p", name: "n" } }),
    builders.securityFinding({
      ...facts,
      ...place,
      title: "t",
      description: "d",
      types: ["a"],
      action: "BLOCK",
      confidenceId: 3,
    }),
    builders.detectionFinding({
      ...facts,
      title: "t",
      description: "d",
      types: ["a"],
      action: "BLOCK",
      confidenceId: 3,
    }),
  ];
}

/** Paths of all values, lists counted as one value unless they hold objects. */
function pathsOf(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) return value.every(isObject) ? pathsOf(value[0], `${path}.0`) : [path];
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, path === "" ? key : `${path}.${key}`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isTold(path: string, told: ReadonlySet<string>): boolean {
  const home = path.replace(/^evidences\.0\./, "");
  const isPartOf = [...told].some((other) => home.startsWith(`${other}.`));
  // Places of the actor that are the same in user: the organisation, which every user object repeats.
  return told.has(home) || isPartOf || home.startsWith("unmapped.") || /^(?:actor\.)?user\.org\./.test(home);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
