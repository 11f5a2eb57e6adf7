import type { TypedEvent } from "../generated/classes/index.ts";
import type { Metadata } from "../generated/objects/metadata.ts";
import { isJsonObject, type JsonObject } from "../json-value.ts";
import { eventMessage } from "../message/event-message.ts";
import { render } from "../rendering.ts";
import type { ItemPlan } from "../schema/plan.ts";
import { schemaPlans } from "../schema/schema-plans.ts";
import type { BuilderSettings } from "./settings.ts";

/** An event without `type_uid` and the names beside ids. */
export type Draft<Event extends TypedEvent> = Omit<Event, "type_uid"> & {
  readonly class_uid: number;
  readonly activity_id: number;
  readonly metadata: Metadata;
};

/** Adds `type_uid` and every name that follows from an id, and applies the settings' rendering. */
export function complete<Event extends TypedEvent>(draft: Draft<Event>, settings: BuilderSettings): Event {
  const { class_uid, activity_id, ...rest } = draft;
  const event = { class_uid, activity_id, type_uid: class_uid * 100 + activity_id, ...rest };
  const plan = schemaPlans("extended", draft.metadata.profiles ?? []).classPlan(class_uid);
  const named = withMessage(plan === undefined ? event : withNames(event, plan));
  // The only cast: names are optional attributes of the class, and the strict rendering only moves optional attributes
  // to `unmapped`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return render(named, settings.rendering) as unknown as Event;
}

/** Adds a message: some SIEMs show nothing else. */
function withMessage(event: JsonObject): JsonObject {
  return isAbsent(event.message) ? { ...event, message: eventMessage(event) } : event;
}

function isAbsent(text: unknown): boolean {
  return text === undefined || text === "";
}

function withNames(item: JsonObject, plan: ItemPlan): JsonObject {
  // `unmapped` holds members without captions.
  if (plan.attributes.length === 0) return item;
  const named: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(item)) {
    const attribute = plan.byName.get(key);
    named[key] = attribute?.value.kind === "object" ? namedValue(value, attribute.value.plan()) : value;
  }
  for (const { name, captions, sibling } of plan.enums) {
    const value = item[name];
    // Beside 99, the name is the source's own word. Beside any other value it is the caption.
    if (value === 99 || sibling === undefined || (typeof value !== "number" && typeof value !== "string")) continue;
    const caption = captions.get(String(value));
    if (caption !== undefined) named[sibling] = caption;
  }
  return named;
}

function namedValue(value: unknown, plan: ItemPlan): unknown {
  if (Array.isArray(value)) return value.map((element) => namedValue(element, plan));
  return isJsonObject(value) ? withNames(value, plan) : value;
}
