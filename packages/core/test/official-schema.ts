import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The parts of a compiled OCSF schema that judge an event. */
interface CompiledSchema {
  readonly version: string;
  readonly classes: Readonly<Record<string, CompiledItem & { readonly uid: number }>>;
  readonly objects: Readonly<Record<string, CompiledItem>>;
  readonly profiles: Readonly<Record<string, unknown>>;
  readonly dictionary: { readonly types: { readonly attributes: Readonly<Record<string, CompiledType>> } };
}

interface CompiledItem {
  readonly name: string;
  readonly attributes: Readonly<Record<string, CompiledAttribute>>;
  readonly constraints?: Readonly<Record<string, readonly string[]>>;
}

interface CompiledAttribute {
  readonly type: string;
  readonly object_type?: string;
  readonly is_array?: boolean;
  readonly requirement: string;
  readonly profiles?: readonly string[] | null;
  readonly enum?: Readonly<Record<string, { readonly caption: string }>>;
  readonly sibling?: string;
}

interface CompiledType {
  readonly type?: string;
  readonly range?: readonly [number, number];
  readonly max_len?: number;
}

type Item = Readonly<Record<string, unknown>>;

/**
 * Judges events by a compiled schema of the official compiler alone, with nothing of this package: unknown and missing
 * attributes, types, ranges, lengths, enums, constraints, profiles, type_uid and version. Returns what
 * is wrong.
 */
export function createOfficialJudge(version: string): (json: string) => readonly string[] {
  const path = fileURLToPath(new URL(`../ocsf-schema/schema-${version}.json.gz`, import.meta.url));
  const schema: CompiledSchema = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
  const classes = new Map(Object.values(schema.classes).map((item) => [item.uid, item]));
  const types = schema.dictionary.types.attributes;

  return (json) => {
    const wrong: string[] = [];
    const event: Item = JSON.parse(json);
    const { class_uid: classUid, activity_id: activityId, type_uid: typeUid } = event;
    const ofClass = classes.get(Number(classUid));
    if (ofClass === undefined) return [`class_uid ${String(classUid)} is unknown`];
    const metadata = event["metadata"] as Item;
    if (metadata["version"] !== schema.version) wrong.push(`metadata.version is ${String(metadata["version"])}`);
    const profiles = new Set((metadata["profiles"] ?? []) as string[]);
    for (const profile of profiles) if (!(profile in schema.profiles)) wrong.push(`profile ${profile} is unknown`);
    if (typeUid !== Number(classUid) * 100 + Number(activityId)) wrong.push("type_uid is wrong");
    judgeItem(event, ofClass, "");
    return wrong;

    function judgeItem(value: Item, { attributes, constraints = {} }: CompiledItem, at: string): void {
      const present = new Map(
        Object.entries(attributes).filter(
          ([, { profiles: own }]) => !own || own.length === 0 || own.some((profile) => profiles.has(profile)),
        ),
      );
      for (const name of Object.keys(value)) if (!present.has(name)) wrong.push(`${at}${name} is unknown`);
      for (const [name, attribute] of present) {
        const member = value[name];
        if (member === undefined) {
          if (attribute.requirement === "required") wrong.push(`${at}${name} is missing`);
        } else judgeMember(member, attribute, value, `${at}${name}`);
      }
      for (const [kind, names] of Object.entries(constraints)) {
        const count = names.filter((name) => name in value).length;
        if (kind === "just_one" ? count !== 1 : count === 0) wrong.push(`${at || "event"} breaks ${kind} of ${names}`);
      }
    }

    function judgeMember(member: unknown, attribute: CompiledAttribute, holder: Item, at: string): void {
      if (Array.isArray(member) !== (attribute.is_array === true)) wrong.push(`${at} is a list or should be`);
      for (const value of Array.isArray(member) ? member : [member]) {
        if (attribute.type === "object_t" && attribute.object_type !== undefined) {
          const item = schema.objects[attribute.object_type];
          if (typeof value !== "object" || value === null || item === undefined) wrong.push(`${at} is no object`);
          // The type `object` takes anything.
          else if (Object.keys(item.attributes).length > 0) judgeItem(value as Item, item, `${at}.`);
        } else judgeScalar(value, attribute.type, at);
        judgeEnum(value, attribute, holder, at);
      }
    }

    function judgeEnum(
      value: unknown,
      { enum: values, sibling, is_array: isArray }: CompiledAttribute,
      holder: Item,
      at: string,
    ): void {
      if (values === undefined) return;
      const known = values[String(value)];
      if (known === undefined) wrong.push(`${at} is ${String(value)}, which is none of its values`);
      // Of a single value another caption is a warning only, and of 99 it is the source's own word.
      const siblings = sibling === undefined ? undefined : holder[sibling];
      const isSaid = !Array.isArray(siblings) || siblings.includes(known?.caption);
      if (isArray === true && value !== 99 && !isSaid) wrong.push(`${at} lacks the caption of ${String(value)}`);
    }

    function judgeScalar(value: unknown, type: string, at: string): void {
      const { type: base = type, range, max_len: most } = types[type] ?? {};
      const primitive = base.replace(/_t$/, "");
      const fits: Readonly<Record<string, boolean>> = {
        string: typeof value === "string",
        integer: Number.isSafeInteger(value),
        long: Number.isSafeInteger(value),
        float: typeof value === "number",
        boolean: typeof value === "boolean",
        json: true,
      };
      if (fits[primitive] !== true) wrong.push(`${at} is no ${primitive}: ${JSON.stringify(value)}`);
      if (range !== undefined && typeof value === "number" && (value < range[0] || value > range[1])) {
        wrong.push(`${at} is out of range`);
      }
      if (most !== undefined && typeof value === "string" && value.length > most) wrong.push(`${at} is too long`);
    }
  };
}
