import { profileNames } from "../generated/schema-tables.ts";
import { dataType } from "./data-types.ts";
import type { AttributePlan, EnumPlan, ItemPlan } from "./plan.ts";
import {
  type AttributeSource,
  type ItemSource,
  readCaptions,
  readClass,
  readObject,
  type SchemaName,
} from "./schema-source.ts";

/** Plans of one schema under one set of profiles, each prepared at its first use. */
export interface SchemaPlans {
  classPlan(uid: number): ItemPlan | undefined;
}

const profiles: ReadonlySet<string> = new Set(profileNames);
const kept = new Map<string, SchemaPlans>();
const mostKept = 32;

export function isProfile(name: string): boolean {
  return profiles.has(name);
}

/** Returns the plans for an event's `metadata.profiles`. Unknown profiles are ignored. */
export function schemaPlans(schema: SchemaName, listed: readonly unknown[]): SchemaPlans {
  const known = listed.length === 0 ? [] : profileNames.filter((name) => listed.includes(name));
  const key = known.length === 0 ? schema : `${schema} ${known.join(" ")}`;
  let plans = kept.get(key);
  if (plans === undefined) {
    // Eight profiles make 256 sets of up to a megabyte. Real sources use a few; a source that sends all must not fill
    // the memory.
    if (kept.size === mostKept) kept.clear();
    plans = createSchemaPlans(schema, new Set(known));
    kept.set(key, plans);
  }
  return plans;
}

function createSchemaPlans(schema: SchemaName, active: ReadonlySet<string>): SchemaPlans {
  const classes = new Map<number, ItemPlan>();
  const objects = new Map<string, ItemPlan>();
  const captionTables = new Map<number, ReadonlyMap<string, string>>();

  function objectPlan(name: string): ItemPlan {
    let plan = objects.get(name);
    if (plan === undefined) {
      plan = preparePlan(readObject(schema, name));
      objects.set(name, plan);
    }
    return plan;
  }

  function captions(position: number): ReadonlyMap<string, string> {
    let table = captionTables.get(position);
    if (table === undefined) {
      table = readCaptions(position);
      captionTables.set(position, table);
    }
    return table;
  }

  function preparePlan(source: ItemSource): ItemPlan {
    const existing = source.attributes.filter(
      ([, , , more]) => more?.profiles?.some((name) => active.has(name)) ?? true,
    );
    const attributes = existing.map((attribute) => prepareAttribute(attribute, objectPlan));
    return {
      source,
      attributes,
      byName: new Map(attributes.map((attribute) => [attribute.name, attribute])),
      enums: existing.flatMap((attribute) => prepareEnum(attribute, captions)),
      constraints: source.constraints ?? [],
    };
  }

  return {
    classPlan(uid) {
      let plan = classes.get(uid);
      if (plan === undefined) {
        const source = readClass(schema, uid);
        if (source === undefined) return undefined;
        plan = preparePlan(source);
        classes.set(uid, plan);
      }
      return plan;
    },
  };
}

function prepareAttribute(
  [name, type, requirement, more]: AttributeSource,
  objectPlan: (name: string) => ItemPlan,
): AttributePlan {
  const isObject = type.startsWith("@");
  const typeName = isObject ? type.slice(1) : type;
  return {
    name,
    typeName,
    requirement,
    isArray: more?.array === 1,
    deprecated: more?.deprecated,
    value: isObject ? { kind: "object", plan: () => objectPlan(typeName) } : dataType(typeName),
  };
}

function prepareEnum(
  [name, , , more]: AttributeSource,
  captions: (position: number) => ReadonlyMap<string, string>,
): readonly EnumPlan[] {
  if (more?.enum === undefined) return [];
  return [{ name, isArray: more.array === 1, captions: captions(more.enum), sibling: more.sibling }];
}
