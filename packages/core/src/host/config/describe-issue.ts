import type { z } from "zod";
import { nearest } from "../../nearest.ts";
import { LIKE_EXAMPLE } from "./problem.ts";
import type { SchemaNode } from "./schema-node.ts";
import { exampleOf, keysOf, typeText } from "./schema-node.ts";

/** Stands for a value that is unknown or must not be shown. */
export const UNSEEN: unique symbol = Symbol("unseen");

/** Describes what is wrong with one setting. */
export interface IssueText {
  readonly message: string;
  readonly expected: string | undefined;
  readonly fix: string | undefined;
  /** A general fix, for use beside an example. */
  readonly usualFix: string | undefined;
  /** An example of a valid value; undefined if there is none. */
  readonly example: unknown;
}

type Issue = z.core.$ZodIssue;

/** Describes an issue of the setting described by `node`, with its value. Unknown keys are handled by the caller. */
export function describeIssue(issue: Issue, node: SchemaNode, value: unknown): IssueText {
  const expected = expectedText(node);
  const message = messageOf(telling(issue), node, value);
  const { fix, example = exampleIn(message) ?? exampleOf(node) } = wayOut(node, value);
  return { message, expected, fix, usualFix: usualFixOf(message, { issue, node, value, example }), example };
}

/** Chooses, of several failed branches, the one whose type was right: it explains the value best. */
function telling(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat();
  return inner.find(({ code }) => code !== "invalid_type") ?? issue;
}

function expectedText(node: SchemaNode): string | undefined {
  const { description = "" } = node;
  const type = typeText(node);
  if (type === undefined) return description === "" ? undefined : description;
  return description === "" ? type : `${type}. ${description}`;
}

/** Message of a missing setting. */
export const MISSING = "is missing.";
const NOTHING = "is empty: nothing stands there.";
const EMPTY = "is empty.";

function messageOf(issue: Issue, node: SchemaNode, value: unknown): string {
  const wanted = typeText(node, { isBrief: true }) ?? "something else";
  switch (issue.code) {
    case "invalid_type":
    case "invalid_union":
      if (value === undefined || issue.message.endsWith(" received undefined")) return MISSING;
      if (value === null || issue.message.endsWith(" received null")) return NOTHING;
      if (isOwnWords(issue.message)) return sentence(issue.message);
      return `expected ${wanted}, got ${shown(value, node, issue.message)}.`;
    case "invalid_value":
      if (isOwnWords(issue.message)) return sentence(issue.message);
      return `expected ${wanted}${value === UNSEEN ? "" : `; got ${shown(value, node, "")}`}.`;
    case "too_small":
      if (isOwnWords(issue.message)) return sentence(issue.message);
      if (issue.origin === "string") return EMPTY;
      return issue.origin === "array" ? "is an empty list." : outOfRange(wanted, node, value);
    case "too_big":
      if (isOwnWords(issue.message)) return sentence(issue.message);
      if (issue.origin === "string") return `is too long: ${issue.maximum} characters are the most.`;
      return issue.origin === "array" ? `is too long: ${issue.maximum} are the most.` : outOfRange(wanted, node, value);
    case "invalid_format":
      // Where the type describes itself, the schema's message says the same.
      return node.expects === undefined ? sentence(issue.message) : outOfRange(wanted, node, value);
    default:
      return sentence(issue.message);
  }
}

function outOfRange(wanted: string, node: SchemaNode, value: unknown): string {
  return `expected ${wanted}${value === UNSEEN ? "" : `, got ${shown(value, node, "")}`}.`;
}

/** Returns whether a message is the schema's own `error`, which says more than the type. */
function isOwnWords(message: string): boolean {
  return !/^(?:Invalid (?:input|option)|Too (?:small|big))/.test(message);
}

/** Shows a value that cannot be a secret: a number, or a word where one of a few was expected. */
function shown(value: unknown, node: SchemaNode, message: string): string {
  if (value === UNSEEN) return KINDS[/received (\w+)$/.exec(message)?.[1] ?? ""] ?? "something else";
  if (Array.isArray(value)) return "a list";
  if (value === null) return "nothing";
  if (!isScalar(value)) return "a map";
  const isTelling = node.secret !== true && typeText(node) !== "text" && HARMLESS.test(String(value));
  if (typeof value === "string") return isTelling ? `the text ${JSON.stringify(value)}` : "text";
  return isTelling ? String(value) : `a ${typeof value}`;
}

/** A number with a unit, or a word. A value that looks like a credential is never shown. */
const HARMLESS = /^[-+\d.,_ ]{0,16}[a-z _-]{0,16}$/i;
const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  NaN: "text",
  boolean: "true or false",
  array: "a list",
  object: "a map",
};

function wayOut(node: SchemaNode, value: unknown): { readonly fix?: string; readonly example?: unknown } {
  const kinds = [node, ...(node.anyOf ?? [])];
  if (typeof value === "string") {
    const choice = node.enum && nearest(value, node.enum.map(String));
    if (choice !== undefined) return { fix: `Did you mean "${choice}"?`, example: choice };
    const meant = otherwise(value, kinds, node.expects !== undefined);
    if (meant !== undefined) return meant;
  }
  const wants = (type: string) => kinds.some((kind) => kind.type === type);
  if (wants("array") && isMap(value)) {
    return { fix: 'Write a list: each entry begins with "- " on a line of its own.' };
  }
  if (wants("array") && isScalar(value)) return { fix: "Write a list, also of one.", example: [value] };
  if (wants("object") && Array.isArray(value)) {
    return { fix: `Write "key: value" on each line, without "- "${keysText(node)}.` };
  }
  if (wants("object") && isScalar(value)) {
    const meant = settingOf(node, value);
    const fix = `Write its settings on the lines below, each indented by two more spaces${keysText(node)}.`;
    return meant === undefined ? { fix } : { fix: `Did you mean its setting "${meant}"?`, example: { [meant]: value } };
  }
  if (wants("string") && (typeof value === "number" || typeof value === "boolean")) {
    return { fix: "Put it into quotes: it is text.", ...(node.secret !== true && { example: String(value) }) };
  }
  return {};
}

function keysText(node: SchemaNode): string {
  const keys = keysOf(node);
  return keys.length === 0 ? "" : `: ${keys.join(", ")}`;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Recognises `queue: disk` for `queue: { store: disk }`. */
function settingOf({ properties = {} }: SchemaNode, value: unknown): string | undefined {
  return Object.entries(properties).find(([, { enum: choices = [] }]) => choices.includes(value))?.[0];
}

interface UsualFixOptions {
  readonly issue: Issue;
  readonly node: SchemaNode;
  readonly value: unknown;
  readonly example: unknown;
}

function usualFixOf(message: string, { issue, node, value, example }: UsualFixOptions): string | undefined {
  const parent = issue.path.at(-2);
  if (message === MISSING || value === undefined)
    return typeof parent === "string" ? `Add it under "${parent}".` : "Add it.";
  if (message === NOTHING) return "Write it after the colon, or on the lines below, indented by two more spaces.";
  if (message === EMPTY) return "Give it a value, or leave it out.";
  if (node.secret === true) return "Copy it again from where it was issued.";
  return example === undefined ? undefined : LIKE_EXAMPLE;
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

const BYTE_UNITS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };
const TIME_UNITS: Readonly<Record<string, string>> = { mi: "m", mo: "", d: "d", h: "h", s: "s", m: "m" };

/** Returns what a text probably means where another type is expected. */
function otherwise(text: string, kinds: readonly SchemaNode[], isDuration: boolean) {
  const trimmed = text.trim();
  if (isDuration) return durationMeant(trimmed);
  if (kinds.some(({ type }) => type === "boolean")) {
    if (/^(?:true|yes|on|y|1)$/i.test(trimmed)) return { fix: "Write it without quotes: true.", example: true };
    if (/^(?:false|no|off|n|0)$/i.test(trimmed)) return { fix: "Write it without quotes: false.", example: false };
  }
  if (!kinds.some(({ type }) => type === "integer" || type === "number")) return undefined;
  if (/^-?\d+(?:\.\d+)?$/.test(trimmed)) return { fix: "Write the number without quotes.", example: Number(trimmed) };
  const [, amount, unit = ""] = /^(\d+(?:[.,_]\d+)*)\s*([kmgt])?(?:i?b)?(?:ytes)?$/i.exec(trimmed) ?? [];
  if (amount === undefined) return undefined;
  const plain = Number(amount.replaceAll(/[,_]/g, ""));
  const number = Math.round(plain * 1024 ** (BYTE_UNITS[unit.toLowerCase()] ?? 0));
  return { fix: "Write the number alone, without a unit.", example: number };
}

/** Converts `5 sec`, `10 minutes`, `1hr` to this configuration's spelling. */
function durationMeant(text: string) {
  const [, amount, word = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]+)\.?$/i.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const lower = word.toLowerCase();
  const unit = /^(?:ms|msecs?|millis)/.test(lower)
    ? "ms"
    : (TIME_UNITS[lower.slice(0, 2)] ?? TIME_UNITS[lower.slice(0, 1)]);
  if (unit === undefined || unit === "") return undefined;
  return { fix: `Write ${amount}${unit}.`, example: `${amount}${unit}` };
}

/** Finds an example in a schema's own message. */
function exampleIn(message: string): string | undefined {
  return /such as ((?:https?:\/\/)?[\w.:/-]+[\w/])/.exec(message)?.[1];
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
