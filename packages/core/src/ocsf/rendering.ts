import { arbitexExtension } from "./generated/schema-tables.ts";
import { joinUnmapped } from "./join-unmapped.ts";
import { isJsonObject, type JsonObject } from "./json-value.ts";
import type { ItemPlan } from "./schema/plan.ts";
import { schemaPlans } from "./schema/schema-plans.ts";

/**
 * Rendering of an event. `arbitex`: every documented path, which OCSF 1.1.0 accepts only with the arbitex extension.
 * `strict`: plain OCSF 1.1.0, with members of the extension under `unmapped` at the same path.
 */
export type Rendering = "arbitex" | "strict";

/** Converts an event from the `arbitex` rendering. Does not change the event. */
export function render(event: JsonObject, rendering: Rendering): JsonObject {
  return rendering === "strict" ? toStrict(event) : event;
}

function toStrict(event: JsonObject): JsonObject {
  if (typeof event.class_uid !== "number") return event;
  const listed = isJsonObject(event.metadata) ? event.metadata.profiles : undefined;
  const profiles = Array.isArray(listed) ? listed : [];
  const base = schemaPlans("base", profiles).classPlan(event.class_uid);
  const extended = schemaPlans("extended", profiles).classPlan(event.class_uid);
  if (base === undefined || extended === undefined) return event;
  const { kept, moved } = split(event, base, extended);
  const strict: Record<string, unknown> = { ...kept };
  if (isJsonObject(event.metadata)) strict.metadata = withoutExtension(event.metadata);
  if (moved !== undefined) strict.unmapped = joinUnmapped(unmappedOf(event), moved);
  return strict;
}

interface Split {
  readonly kept: JsonObject;
  /** Members of the extension, at the same paths; undefined if there are none. */
  readonly moved: JsonObject | undefined;
}

function split(item: JsonObject, base: ItemPlan, extended: ItemPlan): Split {
  // Maps, since a member may be named __proto__.
  const kept = new Map<string, unknown>();
  const moved = new Map<string, unknown>();
  for (const [key, value] of Object.entries(item)) {
    const known = base.byName.get(key);
    const wider = extended.byName.get(key);
    if (known === undefined && wider !== undefined) moved.set(key, value);
    else if (known?.value.kind === "object" && wider?.value.kind === "object") {
      const parts = splitValue(value, known.value.plan(), wider.value.plan());
      kept.set(key, parts.kept);
      if (parts.moved !== undefined) moved.set(key, parts.moved);
    } else kept.set(key, value);
  }
  return { kept: Object.fromEntries(kept), moved: moved.size === 0 ? undefined : Object.fromEntries(moved) };
}

function splitValue(value: unknown, base: ItemPlan, extended: ItemPlan): { kept: unknown; moved: unknown } {
  if (isJsonObject(value)) return split(value, base, extended);
  if (!Array.isArray(value)) return { kept: value, moved: undefined };
  const parts = value.map((element) => splitValue(element, base, extended));
  const isMoved = parts.some((part) => part.moved !== undefined);
  // Elements keep their positions, so that a reader can join both halves.
  return { kept: parts.map((part) => part.kept), moved: isMoved ? parts.map((part) => part.moved ?? {}) : undefined };
}

/** Returns `metadata` without the arbitex extension. */
export function withoutExtension(metadata: JsonObject): JsonObject {
  if (!Array.isArray(metadata.extensions)) return metadata;
  const { extensions, ...rest } = metadata;
  const others = extensions.filter((entry: unknown) => !isJsonObject(entry) || entry.name !== arbitexExtension.name);
  return others.length === 0 ? rest : { ...rest, extensions: others };
}

/** Returns the event's existing `unmapped`; anything but an object becomes a member. */
export function unmappedOf({ unmapped }: JsonObject): JsonObject | undefined {
  if (unmapped === undefined || unmapped === null) return undefined;
  return isJsonObject(unmapped) ? unmapped : { unmapped };
}
