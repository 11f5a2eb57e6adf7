import type { Kind } from "../filter/attribute-kinds.ts";
import { eventKind, memberKind, memberNames } from "../filter/attribute-kinds.ts";
import { nearest } from "../nearest.ts";
import type { ItemPlan } from "../ocsf/schema/plan.ts";
import type { RedactAction, RedactRule, ValueForm } from "./redact-rule.ts";

/** A redaction as users write it. */
export interface WrittenRedaction {
  readonly path: string;
  readonly action: RedactAction;
}

/** What is wrong with a redaction. */
export interface RedactionProblem {
  readonly message: string;
  readonly fix?: string;
}

/** Longest path, in characters. */
const MOST_PATH = 200;

/**
 * Members by which events are routed, counted, found again and replayed, and those under which redactions and numbers
 * are listed.
 */
const KEPT = [
  "metadata.uid",
  "metadata.version",
  "metadata.sequence",
  "metadata.tenant_uid",
  "metadata.profiles",
  "metadata.extensions",
  "actor.org.uid",
  "actor.user.org.uid",
  "class_uid",
  "category_uid",
  "type_uid",
  "activity_id",
  "severity_id",
  "time",
  "unmapped.redacted",
  "unmapped.attestation",
  "unmapped.checkpoint",
];

/**
 * Reads a redaction, and refuses one after which an event could be invalid OCSF. `classUids` are the classes that the
 * destination receives; all if undefined.
 */
export function readRedaction(
  { path: written, action }: WrittenRedaction,
  classUids?: readonly number[],
): { readonly rule: RedactRule } | { readonly problem: RedactionProblem } {
  // A list is gone through whether or not it is marked.
  const path = written.replaceAll(/\[\*?\]/g, "").split(".");
  if (written.length > MOST_PATH || path.some((step) => step === "" || /["\\\p{Cc}]/u.test(step))) {
    return { problem: { message: "is no path.", fix: "Write names with dots between them: actor.user.email_addr." } };
  }
  const name = path.join(".");
  const kept = KEPT.find((other) => other === name || other.startsWith(`${name}.`));
  if (kept !== undefined) {
    const message = `${kept === name ? name : `${name} holds ${kept}, which`} is needed to route, find or replay the event.`;
    return { problem: { message, ...(kept !== name && { fix: `Name the members of ${name} that are to go.` }) } };
  }
  return readPath(path, action, eventKind(classUids));
}

function readPath(
  path: readonly string[],
  action: RedactAction,
  event: Kind,
): { readonly rule: RedactRule } | { readonly problem: RedactionProblem } {
  let of = event;
  for (const [index, step] of path.entries()) {
    const holder = of.kind === "list" ? of.of : of;
    const kind = memberKind(holder, step);
    if (kind === undefined) return { problem: unknown(path.slice(0, index), step, holder) };
    if (index === path.length - 1) {
      const problem = action.kind === "drop" ? undroppable(holder, step) : unwritable(holder, step, kind, action);
      return problem === undefined ? { rule: { path, action, form: formOf(holder, step) } } : { problem };
    }
    of = kind;
  }
  return { problem: { message: "is no path." } };
}

function unknown(before: readonly string[], step: string, holder: Kind): RedactionProblem {
  const near = nearest(step, memberNames(holder));
  const message = `${[...before, step].join(".")} is no attribute of OCSF in the events meant here.`;
  return near === undefined ? { message } : { message, fix: `Did you mean ${[...before, near].join(".")}?` };
}

function plansOf(holder: Kind): readonly ItemPlan[] {
  return holder.kind === "object" ? holder.plans : [];
}

/** Says why a member cannot be left out: OCSF wants it, or one of several that it is among. */
function undroppable(holder: Kind, name: string): RedactionProblem | undefined {
  for (const { byName, constraints, source } of plansOf(holder)) {
    const attribute = byName.get(name);
    if (attribute === undefined) continue;
    const fix = "Use mask or hmac, which keep a value there.";
    if (attribute.requirement === "req") return { message: `${name} is required in ${source.name}.`, fix };
    const constraint = constraints.find(([, names]) => names.includes(name));
    if (constraint !== undefined) {
      return {
        message: `${source.name} needs one of ${constraint[1].join(", ")}: without ${name} it may have none.`,
        fix,
      };
    }
  }
  return undefined;
}

/** Says why a value cannot be replaced by a text of ours. */
function unwritable(holder: Kind, name: string, kind: Kind, action: RedactAction): RedactionProblem | undefined {
  const value = kind.kind === "list" ? kind.of : kind;
  if (value.kind === "any") return undefined;
  const fix = "Use drop.";
  if (value.kind !== "text") return { message: `${name} is no text, and would be invalid with one.`, fix };
  for (const { enums, source } of plansOf(holder)) {
    if (enums.some((other) => other.name === name)) {
      return { message: `${name} of ${source.name} takes certain words only.`, fix };
    }
  }
  if (action.kind === "keep last" && formOf(holder, name) === "ip") {
    return { message: `${name} is an address, and would be none with a part of it.`, fix: "Use mask or hmac." };
  }
  return undefined;
}

function formOf(holder: Kind, name: string): ValueForm {
  const types = new Set(plansOf(holder).flatMap(({ byName }) => byName.get(name)?.typeName ?? []));
  if (types.has("ip_t")) return "ip";
  return types.has("email_t") ? "email" : "text";
}
