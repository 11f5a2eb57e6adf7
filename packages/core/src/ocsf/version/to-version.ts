import { versionChanges } from "../generated/version-changes.ts";
import { isJsonObject, type JsonObject } from "../json-value.ts";
import { joinUnmapped } from "../join-unmapped.ts";
import { unmappedOf, withoutExtension } from "../rendering.ts";
import type { ItemPlan } from "../schema/plan.ts";
import { schemaPlans } from "../schema/schema-plans.ts";
import { withAiOperation } from "./ai-operation.ts";
import type { ItemParts } from "./convert-item.ts";
import { convertItem } from "./convert-item.ts";
import type { OcsfVersion, VersionChanges } from "./version-changes.ts";

/**
 * Converts an event from the `arbitex` rendering of 1.1 to a later version, without its extension: what the version has
 * no place for is below `unmapped` at the same path. Does not change the event. One of a class that the version does not
 * have in the same sense stays as it is.
 */
export function toVersion(event: JsonObject, version: Exclude<OcsfVersion, "1.1">): JsonObject {
  const changes = versionChanges[version];
  const { class_uid: classUid, type_uid: typeUid, metadata } = event;
  if (typeof classUid !== "number" || changes.keptClasses.includes(classUid)) return event;
  const profiles = isJsonObject(metadata) && Array.isArray(metadata["profiles"]) ? metadata["profiles"] : [];
  const base = schemaPlans("base", profiles).classPlan(classUid);
  const extended = schemaPlans("extended", profiles).classPlan(classUid);
  if (base === undefined || extended === undefined) return event;
  const { kept, moved, isValid } = convertedParts(event, base, extended, changes);
  // Only DHCP Activity: an event of it may lack both endpoints in 1.1.
  if (!isValid) kept.set("src_endpoint", { name: "unknown" });
  if (!kept.has("activity_id") && typeof typeUid === "number") kept.set("activity_id", typeUid % 100);
  if (isJsonObject(metadata)) kept.set("metadata", { ...withoutExtension(metadata), version: changes.version });
  if (moved.size > 0) kept.set("unmapped", joinUnmapped(unmappedOf(event), Object.fromEntries(moved)));
  const converted = Object.fromEntries(kept);
  return changes.hasAiOperation ? withAiOperation(converted) : converted;
}

function convertedParts(
  item: JsonObject,
  base: ItemPlan,
  extended: ItemPlan,
  changes: VersionChanges,
): ItemParts & { readonly isValid: boolean } {
  // Maps, since a member may be named __proto__.
  const parts: ItemParts = { kept: new Map(), moved: new Map() };
  const { name } = extended.source;
  const own = Object.hasOwn(changes.items, name) ? changes.items[name] : undefined;
  for (const [key, value] of Object.entries(item)) {
    const wider = extended.byName.get(key);
    const known = base.byName.get(key) ?? (own?.adopted?.includes(key) === true ? wider : undefined);
    if (known === undefined && wider !== undefined) parts.moved.set(key, value);
    else if (known?.value.kind === "object" && wider?.value.kind === "object") {
      convertMember(parts, key, value, { known: known.value.plan(), wider: wider.value.plan(), changes });
    } else parts.kept.set(key, value);
  }
  return { ...parts, isValid: convertItem(name, parts, own) };
}

interface MemberPlans {
  readonly known: ItemPlan;
  readonly wider: ItemPlan;
  readonly changes: VersionChanges;
}

/** A member that has no valid form in the version goes below `unmapped` whole. */
function convertMember(parts: ItemParts, key: string, value: unknown, plans: MemberPlans): void {
  const { known, wider, changes } = plans;
  const convert = (one: JsonObject) => convertedParts(one, known, wider, changes);
  if (isJsonObject(value)) {
    const { kept, moved, isValid } = convert(value);
    if (isValid) parts.kept.set(key, Object.fromEntries(kept));
    if (!isValid) parts.moved.set(key, value);
    else if (moved.size > 0) parts.moved.set(key, Object.fromEntries(moved));
    return;
  }
  if (!Array.isArray(value)) {
    parts.kept.set(key, value);
    return;
  }
  const elements = value.map((element: unknown) => (isJsonObject(element) ? convert(element) : undefined));
  if (elements.some((element) => element?.isValid === false)) {
    parts.moved.set(key, value);
    return;
  }
  const kept = value.map((element: unknown, at) => partOf(elements[at]?.kept) ?? element);
  parts.kept.set(key, kept);
  // Elements keep their positions, so that a reader can join both halves.
  if (elements.some((element) => element !== undefined && element.moved.size > 0)) {
    parts.moved.set(
      key,
      elements.map((element) => partOf(element?.moved) ?? {}),
    );
  }
}

function partOf(part: ReadonlyMap<string, unknown> | undefined): JsonObject | undefined {
  return part === undefined ? undefined : Object.fromEntries(part);
}
