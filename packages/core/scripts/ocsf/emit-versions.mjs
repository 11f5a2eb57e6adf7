import { header } from "./naming.mjs";

const TYPES = "../version/version-changes.ts";

/**
 * What becomes of an event of `base` in each of the versions. Throws for a difference that no rule covers: a converted
 * event could be invalid.
 */
export function emitVersions(base, extended, versions) {
  const changes = versions.map((target) => [shortName(target.version), changesOf(base, extended, target)]);
  const text = [
    header,
    `import type { VersionChanges } from "${TYPES}";`,
    "",
    "/** What differs between OCSF 1.1.0 and later versions, by class and object. */",
    `export const versionChanges: Readonly<Record<${changes.map(([name]) => JSON.stringify(name)).join(" | ")}, VersionChanges>> = {`,
    ...changes.flatMap(([name, { version, hasAiOperation, keptClasses, items }]) => [
      `  ${JSON.stringify(name)}: {`,
      `    version: ${JSON.stringify(version)},`,
      `    hasAiOperation: ${hasAiOperation},`,
      `    keptClasses: ${JSON.stringify(keptClasses)},`,
      "    items: {",
      ...items.map(([item, change]) => `      ${item}: ${JSON.stringify(change)},`),
      "    },",
      "  },",
    ]),
    "};",
    "",
  ].join("\n");
  return [["version-changes.ts", text]];
}

/** `1.5.0` -> `1.5`. */
function shortName(version) {
  return version.split(".").slice(0, 2).join(".");
}

function changesOf(base, extended, target) {
  const classes = byUid(target.classes);
  const wider = byUid(extended.classes);
  const pairs = [
    ...Object.values(base.classes)
      .filter(({ name }) => !keptClasses.has(name))
      .map((item) => [item, wider.get(item.uid), classes.get(item.uid)]),
    ...Object.values(base.objects).map((item) => [item, extended.objects[item.name], target.objects[item.name]]),
  ];
  const items = pairs.flatMap(([item, extendedItem, later]) => {
    if (later === undefined) throw new Error(`${target.version} has no ${item.name}`);
    const change = changeOf(item, extendedItem, later, target);
    return Object.keys(change).length === 0 ? [] : [[item.name, change]];
  });
  return {
    version: target.version,
    hasAiOperation: "ai_operation" in target.profiles,
    keptClasses: Object.values(base.classes).flatMap(({ name, uid }) => (keptClasses.has(name) ? [uid] : [])),
    items: items.toSorted(byName),
  };
}

/** Windows classes that became queries: their activities mean something else, so that their events stay 1.1.0. */
const keptClasses = new Set(["prefetch_info", "registry_key_info", "registry_value_info"]);

function byUid(classes) {
  return new Map(Object.values(classes).map((item) => [item.uid, item]));
}

function changeOf(item, wider, later, { version }) {
  const change = {};
  const added = Object.keys(wider.attributes).filter((name) => item.attributes[name] === undefined);
  const adopted = added.filter((name) => {
    const now = later.attributes[name];
    return now?.type === wider.attributes[name].type && !now.profiles?.length;
  });
  if (adopted.length > 0) change.adopted = adopted.toSorted();
  const captions = [];
  const replaced = [];
  const texts = [];
  for (const [name, attribute] of Object.entries(item.attributes)) {
    const now = later.attributes[name];
    if (attribute.type === "integer_t" && now?.type === "string_t" && !attribute.enum) texts.push(name);
    else assertCovered(`${item.name}.${name}`, attribute, now, version);
    const differing = Object.entries(attribute.enum ?? {})
      .filter(([value, { caption }]) => now.enum[value].caption !== caption)
      .map(([value]) => [value, now.enum[value].caption]);
    if (differing.length > 0) captions.push([name, now.sibling, Object.fromEntries(differing)]);
    const replacement = replacementOf(name, attribute, later);
    if (replacement !== undefined) replaced.push(replacement);
  }
  if (captions.length > 0) change.captions = captions;
  if (replaced.length > 0) change.replaced = replaced;
  if (texts.length > 0) change.texts = texts;
  const constraints = Object.entries(later.constraints ?? {}).filter((constraint) => !isImplied(constraint, item));
  if (constraints.length > 0) change.constraints = constraints;
  for (const [name, { requirement, profiles }] of Object.entries(later.attributes)) {
    const isNew = item.attributes[name]?.requirement !== "required" && requirement === "required";
    // The uid of the type tells the activity.
    if (isNew && !profiles?.length && name !== "activity_id")
      throw new Error(`${version} requires ${item.name}.${name}`);
  }
  return change;
}

/** Types that take whatever the earlier one takes. */
const widened = new Set([
  "integer_t long_t",
  "string_t file_path_t",
  "string_t resource_uid_t",
  "string_t reg_key_path_t",
]);

function assertCovered(path, attribute, now, version) {
  const isSame =
    now !== undefined &&
    (now.type === attribute.type || widened.has(`${attribute.type} ${now.type}`)) &&
    now.object_type === attribute.object_type &&
    (now.is_array ?? false) === (attribute.is_array ?? false) &&
    // Of a list, another sibling than before would have to say the captions.
    (!now.is_array || now.sibling === attribute.sibling) &&
    isPresentAlike(attribute.profiles ?? [], now.profiles ?? []) &&
    Object.keys(attribute.enum ?? {}).every((value) => now.enum?.[value] !== undefined);
  if (!isSame) throw new Error(`no rule converts ${path} to ${version}`);
}

/** Whether an attribute is there under every profile under which it was. */
function isPresentAlike(profiles, now) {
  return now.length === 0 || (profiles.length > 0 && profiles.every((profile) => now.includes(profile)));
}

/**
 * The attribute that a newly deprecated one's message names, if it is beside it, of the same type and free in 1.1: the
 * value moves there, into a list where it is one.
 */
function replacementOf(name, attribute, later) {
  const now = later.attributes[name];
  if (now["@deprecated"] === undefined || attribute["@deprecated"] !== undefined || now.requirement === "required") {
    return undefined;
  }
  const [, to] =
    /^Use (?:the )?<code>\s*(\w+)\s*<\/code>(?: attribute)?(?: instead)?\.$/.exec(now["@deprecated"].message) ?? [];
  const other = later.attributes[to];
  if (other === undefined || other.type !== now.type || other.object_type !== now.object_type) return undefined;
  if (now.is_array && !other.is_array) return undefined;
  if ((other.profiles ?? []).some((profile) => !(attribute.profiles ?? []).includes(profile))) return undefined;
  return [name, to, other.is_array && !now.is_array ? "list" : "value"];
}

/** Whether every event that is valid now fulfils a constraint of the later version. */
function isImplied([kind, names], { attributes, constraints = {} }) {
  if (kind !== "at_least_one") return JSON.stringify(constraints[kind]) === JSON.stringify(names);
  const isRequired = names.some(
    (name) => attributes[name]?.requirement === "required" && !attributes[name].profiles?.length,
  );
  return isRequired || (constraints.at_least_one ?? [undefined]).every((name) => names.includes(name));
}

function byName([a], [b]) {
  return a < b ? -1 : a > b ? 1 : 0;
}
