import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { classes, objects } from "./generated/schema-tables.ts";
import { schemaPlans } from "./schema/schema-plans.ts";
import { readClass, readObject } from "./schema/schema-source.ts";
import { floatAttributes } from "./stringify-event.ts";

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));

interface CompiledItem {
  readonly attributes: Readonly<Record<string, { readonly type: string }>>;
}

interface CompiledSchema {
  readonly classes: Readonly<Record<string, CompiledItem & { readonly uid: number }>>;
  readonly objects: Readonly<Record<string, CompiledItem>>;
}

function compiledSchema(): CompiledSchema {
  return JSON.parse(gunzipSync(readFileSync(`${packageFolder}ocsf-schema/schema.json.gz`)).toString("utf8"));
}

function attributesOf(schema: "base" | "extended"): string[] {
  const items = [
    ...Object.keys(objects).map((name) => readObject(schema, name)),
    ...Object.keys(classes).flatMap((uid) => readClass(schema, Number(uid)) ?? []),
  ];
  return items.flatMap((item) => item.attributes.map(([name, type]) => `${item.name}.${name}: ${type}`));
}

describe("generated files", () => {
  it("are what the generator writes from the schema and the extension", () => {
    expect(() =>
      execFileSync(process.execPath, [`${packageFolder}scripts/generate-ocsf.mjs`, "--check"], { stdio: "pipe" }),
    ).not.toThrow();
  });

  it("come from an extension that OCSF's own rules for its files take: what is primary is not optional", () => {
    const file = readFileSync(`${packageFolder}ocsf-extension/events/security_finding.json`, "utf8");
    const { attributes }: { attributes: Record<string, { group: string; requirement: string }> } = JSON.parse(file);
    const wrong = Object.entries(attributes).filter(
      ([, { group, requirement }]) => group === "primary" && !["recommended", "required"].includes(requirement),
    );
    expect(wrong).toEqual([]);
  });

  it("hold all 50 classes and 106 objects with all their attributes", () => {
    const schema = compiledSchema();
    expect(Object.keys(classes)).toHaveLength(50);
    expect(Object.keys(objects)).toHaveLength(106);
    for (const { uid, attributes } of Object.values(schema.classes)) {
      expect(readClass("base", uid)?.attributes.map(([name]) => name)).toEqual(Object.keys(attributes).toSorted());
    }
    for (const [name, { attributes }] of Object.entries(schema.objects)) {
      expect(readObject("base", name).attributes.map(([attribute]) => attribute)).toEqual(
        Object.keys(attributes).toSorted(),
      );
    }
  });

  it("give the extension's attributes to what it patches and to what inherits from that, and nothing else", () => {
    const base = new Set(attributesOf("base"));
    expect(
      attributesOf("extended")
        .filter((attribute) => !base.has(attribute))
        .toSorted(),
    ).toEqual([
      "actor.org: @organization",
      "location.lat: float_t",
      "location.long: float_t",
      "network_endpoint.is_anonymous: boolean_t",
      "network_proxy.is_anonymous: boolean_t",
      "security_finding.actor: @actor",
      "security_finding.src_endpoint: @network_endpoint",
    ]);
  });

  it("are read by the validator for every class under every profile", () => {
    for (const uid of Object.keys(classes)) {
      for (const profiles of [[], ["cloud", "datetime", "host", "security_control"]]) {
        expect(schemaPlans("extended", profiles).classPlan(Number(uid))?.attributes.length).toBeGreaterThan(10);
      }
    }
  });
});

describe("floatAttributes", () => {
  it("lists exactly the names that the schema and the extension give to floats, and no name of another type", () => {
    const schema = compiledSchema();
    const types = new Map<string, Set<string>>([
      ["lat", new Set(["float_t"])],
      ["long", new Set(["float_t"])],
    ]);
    for (const { attributes } of [...Object.values(schema.classes), ...Object.values(schema.objects)]) {
      for (const [name, { type }] of Object.entries(attributes))
        types.set(name, (types.get(name) ?? new Set()).add(type));
    }
    const floats = [...types].filter(([, found]) => found.has("float_t"));
    expect(floats.map(([name]) => name).toSorted()).toEqual([...floatAttributes].toSorted());
    expect(floats.every(([, found]) => found.size === 1)).toBe(true);
  });
});
