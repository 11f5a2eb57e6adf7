import type { Strings } from "../strings/strings.ts";
import { filled } from "../strings/strings.ts";
import type { Settings } from "../api/types.ts";
import type { Field, FieldGroups } from "./fields.ts";
import { isSet } from "./fields.ts";

/** What stands in a field: a text, or a switch's state. Undefined where nothing was entered. */
export type Entered = Readonly<Record<string, string | boolean | undefined>>;

/** How a stored secret is shown, and what keeps it when it is sent back. */
export const KEPT_SECRET = "[secret]";

/** What the fields of a saved configuration begin with. A stored secret stays out of its field. */
export function enteredOf(settings: Settings): Entered {
  const entries = Object.entries(settings).flatMap(([key, value]): [string, string | boolean][] => {
    if (value === KEPT_SECRET || value === null || value === undefined) return [];
    if (typeof value === "boolean" || typeof value === "string") return [[key, value]];
    if (typeof value === "number") return [[key, `${value}`]];
    if (Array.isArray(value) && value.every((each) => typeof each === "string")) return [[key, value.join("\n")]];
    return [[key, JSON.stringify(value, null, 2)]];
  });
  return Object.fromEntries(entries);
}

/** The settings to send: of each field that counts what was entered, and `[secret]` where a stored one is to be kept. */
export function settingsOf(groups: FieldGroups, entered: Entered, stored: Settings = {}): Settings {
  const entries = allFields(groups).flatMap((field): [string, unknown][] => {
    const value = entered[field.key];
    if (!isSet(value)) return stored[field.key] === KEPT_SECRET ? [[field.key, KEPT_SECRET]] : [];
    return [[field.key, valueOf(field, value)]];
  });
  return Object.fromEntries(entries);
}

function valueOf({ input }: Field, value: string | boolean | undefined): unknown {
  if (typeof value !== "string") return value;
  switch (input.kind) {
    case "number":
      return Number(value);
    case "list":
      return value
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
    case "json":
      return parsed(value) ?? value;
    case "text":
    case "switch":
    case "choice":
      return value.trim();
    default:
      return input satisfies never;
  }
}

/** Problems that are seen without asking the server, by field. The server judges the rest. */
export function problemsOf(
  groups: FieldGroups,
  entered: Entered,
  stored: Settings,
  { form }: Strings,
): ReadonlyMap<string, string> {
  const found = allFields(groups).flatMap((field): [string, string][] => {
    const problem = problemOf(field, entered[field.key], stored[field.key] === KEPT_SECRET, form);
    return problem === undefined ? [] : [[field.key, problem]];
  });
  return new Map(found);
}

function problemOf(
  field: Field,
  value: string | boolean | undefined,
  isKept: boolean,
  form: Strings["form"],
): string | undefined {
  if (!isSet(value)) return field.isRequired && !isKept ? form.missing : undefined;
  if (typeof value !== "string") return undefined;
  const { input } = field;
  if (input.kind === "json") return parsed(value) === undefined ? form.jsonWrong : undefined;
  if (input.kind !== "number") return undefined;
  const number = Number(value);
  if (Number.isNaN(number) || (input.isWhole && !Number.isInteger(number))) return form.number;
  const { min = -Infinity, max = Infinity } = input;
  return number < min || number > max ? filled(form.between, { min, max }) : undefined;
}

export function allFields({ main, more, tls }: FieldGroups): Field[] {
  return [...main, ...more, ...tls];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
