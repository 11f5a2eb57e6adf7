import { header } from "./naming.mjs";
import { portableRegex } from "./portable-regex.mjs";

/**
 * The validator's tables: everything it judges by, none of the prose. Each class and object is its own JSON text, so that
 * loading the module costs a scan of string literals and only the parts in use are ever decoded.
 */
export function emitTables(base, extended) {
  const captions = createInterner();
  const encode = (schema) => {
    const floats = findFloats(schema.objects);
    return (item) => encodeItem(item, captions, floats);
  };
  const encodeBase = encode(base);
  const encodeExtended = encode(extended);
  const classes = Object.values(base.classes).map((item) => [String(item.uid), encodeBase(item)]);
  const objects = Object.values(base.objects).map((item) => [item.name, encodeBase(item)]);
  const extendedClasses = Object.values(extended.classes).map((item) => [String(item.uid), encodeExtended(item)]);
  const extendedObjects = Object.values(extended.objects).map((item) => [item.name, encodeExtended(item)]);
  const text = [
    header,
    `export const schemaVersion = ${JSON.stringify(base.version)};`,
    `export const profileNames: readonly string[] = ${JSON.stringify(Object.keys(base.profiles).toSorted())};`,
    "/** The arbitex extension as events list it in `metadata.extensions`. */",
    `export const arbitexExtension = ${JSON.stringify(extensionEntry(extended.extensions.arbitex))} as const;`,
    "",
    "/** Data types by name, as JSON. */",
    `export const dataTypes = ${literal(JSON.stringify(encodeTypes(base)))};`,
    "",
    "/** Classes of the base schema by uid, each as JSON. */",
    table("classes", classes),
    "/** Classes that the arbitex extension changes. */",
    table("extendedClasses", changed(classes, extendedClasses)),
    "/** Objects of the base schema by name, each as JSON. */",
    table("objects", objects),
    "/** Objects that the arbitex extension changes. */",
    table("extendedObjects", changed(objects, extendedObjects)),
    "/** Enum captions by value, each as JSON; attributes refer to them by position. */",
    "export const captions: readonly string[] = [",
    ...captions.list().map((entry) => `  ${literal(entry)},`),
    "];",
    "",
  ].join("\n");
  return [["schema-tables.ts", text]];
}

function extensionEntry({ name, uid, version }) {
  return { name, uid: String(uid), version };
}

function table(name, entries) {
  const lines = [...entries].toSorted(byKey).map(([key, text]) => `  ${JSON.stringify(key)}: ${literal(text)},`);
  return [`export const ${name}: Readonly<Record<string, string>> = {`, ...lines, "};", ""].join("\n");
}

function changed(before, after) {
  const old = new Map(before);
  return after.filter(([key, text]) => old.get(key) !== text);
}

// Shapes of the tuples: see ItemSource and AttributeSource in src/ocsf/schema/schema-source.ts.
function encodeItem(item, captions, leadsToFloat) {
  const source = { name: item.name };
  if (item.uid !== undefined) {
    source.uid = item.uid;
    source.caption = item.caption;
  }
  if (item["@deprecated"]) source.deprecated = encodeDeprecation(item["@deprecated"]);
  const constraints = Object.entries(item.constraints ?? {}).toSorted(byKey);
  if (constraints.length > 0) source.constraints = constraints;
  const floats = Object.entries(item.attributes).filter(([, attribute]) => leadsToFloat(attribute));
  if (floats.length > 0) source.floats = floats.map(([name]) => name).toSorted();
  source.attributes = Object.entries(item.attributes)
    .toSorted(byKey)
    .map(([name, attribute]) => encodeAttribute(name, attribute, captions));
  return JSON.stringify(source);
}

/** Whether an attribute is a float or an object in which, at any depth, there is one. */
function findFloats(objects) {
  const reaching = new Set();
  const leadsToFloat = ({ type, object_type }) =>
    type === "float_t" || (type === "object_t" && reaching.has(object_type));
  for (let size = -1; size < reaching.size; ) {
    size = reaching.size;
    for (const { name, attributes } of Object.values(objects)) {
      if (Object.values(attributes).some(leadsToFloat)) reaching.add(name);
    }
  }
  return leadsToFloat;
}

function encodeAttribute(name, attribute, captions) {
  const type = attribute.type === "object_t" ? `@${attribute.object_type}` : attribute.type;
  const more = {};
  if (attribute.is_array === true) more.array = 1;
  if (attribute.profiles) more.profiles = attribute.profiles;
  if (attribute.enum) more.enum = captions.intern(JSON.stringify(captionsOf(attribute.enum)));
  if (attribute.enum && attribute.sibling) more.sibling = attribute.sibling;
  if (attribute["@deprecated"]) more.deprecated = encodeDeprecation(attribute["@deprecated"]);
  const tuple = [name, type, attribute.requirement[0] === "r" ? attribute.requirement.slice(0, 3) : "opt"];
  if (Object.keys(more).length > 0) tuple.push(more);
  return tuple;
}

function captionsOf(values) {
  for (const value of Object.values(values)) {
    if (value["@deprecated"]) throw new Error("deprecated enum values are not supported; OCSF 1.1.0 has none");
  }
  return Object.fromEntries(Object.entries(values).map(([value, { caption }]) => [value, caption]));
}

function encodeDeprecation({ message, since }) {
  return { message: message.replace(/<[^>]*>/g, ""), since };
}

function encodeTypes(schema) {
  return Object.fromEntries(
    Object.entries(schema.dictionary.types.attributes).map(([name, type]) => {
      const source = {};
      if (type.type) source.of = type.type;
      if (type.range) source.range = type.range;
      if (type.max_len) source.maxLength = type.max_len;
      if (type.regex) source.regex = portableRegex(type.regex);
      return [name, source];
    }),
  );
}

function createInterner() {
  const positions = new Map();
  return {
    intern(text) {
      if (!positions.has(text)) positions.set(text, positions.size);
      return positions.get(text);
    },
    list: () => [...positions.keys()],
  };
}

function literal(text) {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function byKey([a], [b]) {
  return a < b ? -1 : a > b ? 1 : 0;
}
