import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromAuditRecord } from "@arbitex/core/ocsf";
import { describe, expect, it } from "vitest";
import { plantedAttacks } from "./peers/planted-attacks.ts";

const titles = Object.keys(plantedAttacks);

function kit(connector: string, name: string): string {
  return readFileSync(join(import.meta.dirname, `../packages/connector-${connector}/setup/${name}`), "utf8");
}

/** Paths of all that the events hold of which detections are made; a list is a step of the path. */
function pathsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => pathsOf(element, path));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => pathsOf(member, path === "" ? key : `${path}.${key}`));
}

const auditRecords = Object.values(plantedAttacks).flatMap((attack) => attack.auditRecords);
// Fields of a person or a group that these audit records do not have.
const known = new Set(["actor.user.uid", "user.uid", "user.groups.uid", "evidences.actor.user.uid"]);
for (const auditRecord of auditRecords) {
  for (const findingClass of [2001, 2004] as const) {
    for (const path of pathsOf(fromAuditRecord(auditRecord, { findingClass }).event, "")) known.add(path);
  }
}

function unknownOf(paths: Iterable<string>): string[] {
  return [...new Set(paths)].map((path) => path.replaceAll(/\{\}|\[0\]/g, "")).filter((path) => !known.has(path));
}

describe("detections in the kits", () => {
  it.each([
    ["elastic", "detections.esql", /^\/\/ \d+\. ([^:]+): /gm],
    ["sentinel", "detections.kql", /^\/\/ \d+\. ([^:]+): /gm],
    ["qradar", "detections.aql", /^-- \d+\. ([^:]+): /gm],
    ["sumo", "detections.txt", /^# \d+\. ([^:]+): /gm],
    ["splunk", "detections.conf", /^\[Arbitex - (.+)\]$/gm],
    ["datadog", "detections.json", /"name": "Arbitex - (.+)"/g],
  ])("of %s are the same twelve", (connector, name, pattern) => {
    expect(Array.from(kit(connector, name).matchAll(pattern), ([, title]) => title)).toEqual(titles);
  });

  it("of Datadog ask for attributes that events have", () => {
    const paths = kit("datadog", "detections.json").matchAll(/@([a-z_.]+)/g);
    expect(unknownOf(Array.from(paths, ([, path = ""]) => path))).toEqual([]);
  });

  it("of Sumo Logic ask for members that events have", () => {
    const calls = kit("sumo", "detections.txt").matchAll(/^\| json (.*) as /gm);
    const paths = Array.from(calls, ([, list = ""]) => list.split(", ").map((quoted) => quoted.slice(1, -1))).flat();
    expect(paths.length).toBeGreaterThan(50);
    expect(unknownOf(paths)).toEqual([]);
  });

  it("of Splunk ask for fields that events have", () => {
    const searches =
      kit("splunk", "detections.conf")
        .match(/^search = .*$/gm)
        ?.join("\n") ?? "";
    const paths = searches.matchAll(/\b(?!in\b)([a-z_]+(?:\{\})?(?:\.[a-z_]+(?:\{\})?)+)/g);
    expect(unknownOf(Array.from(paths, ([, path = ""]) => path))).toEqual([]);
  });

  it("of QRadar ask for properties that its kit makes", () => {
    const properties = new Set(kit("qradar", "properties.json").match(/"name": "[^"]+"/g));
    const asked = kit("qradar", "detections.aql").matchAll(/"(Arbitex [^"]+)"/g);
    expect(Array.from(asked, ([, name = ""]) => name).filter((name) => !properties.has(`"name": "${name}"`))).toEqual(
      [],
    );
  });
});
