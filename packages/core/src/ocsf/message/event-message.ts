import { clip } from "../clip.ts";
import { ClassUid, StatusId } from "../generated/enums.ts";
import { isJsonObject, type JsonObject } from "../json-value.ts";
import { activityTexts, findingText, otherActivityText, outcomeTexts } from "./texts.ts";

const MOST_OF_A_FACT = 200;
const findings: readonly unknown[] = [ClassUid.SecurityFinding, ClassUid.DetectionFinding];

/** Returns a sentence of the event's facts: who did what to what, with what outcome. The event must have its names. */
export function eventMessage(event: JsonObject): string {
  const facts = factsOf(event);
  if (findings.includes(event.class_uid)) return fill(findingText, facts);
  const { activity_id, class_uid } = event;
  const texts = typeof class_uid === "number" ? activityTexts[class_uid] : undefined;
  const own = typeof activity_id === "number" ? texts?.[activity_id] : undefined;
  const { done, tried } = own ?? texts?.other ?? otherActivityText;
  const outcome = outcomeTexts[outcomeOf(event)];
  return fill(outcome, { ...facts, done: fill(done, facts), tried: fill(tried, facts) });
}

function outcomeOf({ status_id }: JsonObject): keyof typeof outcomeTexts {
  if (status_id === StatusId.Success) return "success";
  if (status_id === StatusId.Failure) return "failure";
  return status_id === StatusId.Other ? "other" : "unknown";
}

type Facts = Readonly<Record<string, string | undefined>>;

/** Fills facts into a text and leaves out bracketed parts without their fact. */
function fill(text: string, facts: Facts): string {
  const known = text.replaceAll(/\[([^\]]*\{(\w+)\}[^\]]*)\]/g, (_, part: string, name: string) =>
    facts[name] === undefined ? "" : part,
  );
  return known.replaceAll(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? "something");
}

/** Returns facts by the names used in texts, wherever class and rendering put them. */
function factsOf(event: JsonObject): Facts {
  const unmapped = objectAt(event, "unmapped");
  const evidence = Array.isArray(event["evidences"]) ? event["evidences"][0] : undefined;
  const places = [event, evidence, unmapped].filter(isJsonObject);
  const find = (key: string) => places.map((place) => place[key]).find(isJsonObject);
  const subject = objectAt(event, "user");
  const actor = objectAt(find("actor"), "user");
  const finding = objectAt(event, "finding") ?? objectAt(event, "finding_info");
  const source = find("src_endpoint");
  const analytic = objectAt(event, "analytic") ?? objectAt(finding, "analytic");
  const title = textOf(finding, "title");
  const policy = textOf(objectAt(event, "policy"), "name", "uid");
  const detail = textOf(event, "status_detail");
  const isLogon = event.class_uid === ClassUid.Authentication;
  const who = isLogon ? (personOf(subject) ?? personOf(actor)) : personOf(actor);
  return {
    who: who ?? (findings.includes(event.class_uid) ? undefined : "Somebody"),
    target: personOf(subject) ?? "somebody",
    address: textOf(source, "ip", "hostname") ?? nameOf(source),
    operation: textOf(objectAt(event, "api"), "operation"),
    service: textOf(objectAt(objectAt(event, "api"), "service") ?? objectAt(event, "service"), "name", "uid"),
    resource: textOf(firstOf(event["resources"]), "name", "uid"),
    policy,
    role: policy === undefined ? "a role" : `the role ${policy}`,
    credential: textOf(subject, "credential_uid"),
    group: textOf(firstOf(subject?.["groups"]), "name", "uid"),
    entity: textOf(objectAt(event, "entity"), "name", "uid"),
    title,
    types: listOf(finding?.["types"]),
    rule: textOf(analytic, "name", "uid"),
    // A finding's title usually names the action taken.
    detail: detail !== undefined && title?.includes(detail) ? undefined : detail,
    why: detail ?? codeOf(event),
    status: textOf(event, "status"),
    activity: textOf(event, "activity_name") ?? "Other",
    class: textOf(event, "class_name"),
  };
}

/** Returns a person's display name. Builders write `unknown` for an unknown user. */
function personOf(user: JsonObject | undefined): string | undefined {
  const name = textOf(user, "full_name", "name", "email_addr", "uid");
  return name === "unknown" ? undefined : name;
}

function nameOf(endpoint: JsonObject | undefined): string | undefined {
  const name = textOf(endpoint, "name");
  return name === "unknown" ? undefined : name;
}

function codeOf(event: JsonObject): string | undefined {
  const code = objectAt(objectAt(event, "api"), "response")?.["code"];
  const text = typeof code === "number" ? String(code) : textOf(event, "status_code");
  return text === undefined ? undefined : `status ${text}`;
}

function objectAt(item: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = item?.[key];
  return isJsonObject(value) ? value : undefined;
}

function firstOf(list: unknown): JsonObject | undefined {
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return isJsonObject(first) ? first : undefined;
}

function listOf(list: unknown): string | undefined {
  if (!Array.isArray(list)) return undefined;
  const texts = list.filter((item): item is string => typeof item === "string" && item !== "");
  return texts.length === 0 ? undefined : asFact(texts.join(", "));
}

function textOf(item: JsonObject | undefined, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = item?.[key];
    if (typeof value === "string" && value.trim() !== "") return asFact(value);
  }
  return undefined;
}

/** Shortens a fact to one line that leaves the sentence readable. */
function asFact(text: string): string {
  const line = text
    .slice(0, 4 * MOST_OF_A_FACT)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  return line.length <= MOST_OF_A_FACT ? line : `${clip(line, MOST_OF_A_FACT - 1)}…`;
}
