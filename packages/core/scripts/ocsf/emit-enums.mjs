import { constantLines, header, pascalCase } from "./naming.mjs";

// Each class has its own single value or its own list derived from activity_id: a literal type says it better.
const literalAttributes = new Set(["class_uid", "category_uid", "type_uid"]);

/**
 * Which constant an enum attribute uses. The list that most owners share carries the attribute's name (`SeverityId`) and
 * lives in enums.ts; any other list is named after its owner too (`ApiActivityActivityId`) and lives in the owner's file.
 */
export function enumNames(schema) {
  const shared = new Map();
  for (const [attribute, owners] of enumsByAttribute(schema)) {
    const counts = new Map();
    for (const { values } of owners) counts.set(values, (counts.get(values) ?? 0) + 1);
    const [values, count] = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0];
    if (count > 1 || owners.length === 1) shared.set(attribute, values);
  }
  return {
    shared: () => [...shared].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    isLiteral: (item, attribute) => item.uid !== undefined && literalAttributes.has(attribute),
    of(item, attribute) {
      const isShared = shared.get(attribute) === valuesOf(item.attributes[attribute]);
      return {
        shared: isShared,
        name: isShared ? pascalCase(attribute) : pascalCase(item.name) + pascalCase(attribute),
      };
    },
    own(item) {
      return Object.entries(item.attributes)
        .filter(([name, attribute]) => attribute.enum && !this.isLiteral(item, name) && !this.of(item, name).shared)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, attribute]) => ({ constant: this.of(item, name).name, values: keysAndValues(attribute) }));
    },
  };
}

export function emitEnums(schema, names) {
  const definitions = new Map();
  for (const [attribute, owners] of enumsByAttribute(schema)) {
    for (const { values, details } of owners) definitions.set(`${attribute} ${values}`, details);
  }
  const classUids = Object.values(schema.classes).map(({ name, uid }) => [pascalCase(name), uid]);
  const categoryUids = Object.values(schema.categories.attributes).map(({ caption, uid }) => [
    pascalCase(caption),
    uid,
  ]);
  return [
    header,
    ...constantLines(
      "ClassUid",
      classUids.toSorted(([, a], [, b]) => a - b),
    ),
    ...constantLines(
      "CategoryUid",
      categoryUids.toSorted(([, a], [, b]) => a - b),
    ),
    ...names
      .shared()
      .flatMap(([attribute, values]) =>
        constantLines(pascalCase(attribute), keysAndValues(definitions.get(`${attribute} ${values}`))),
      ),
  ].join("\n");
}

function enumsByAttribute(schema) {
  const found = new Map();
  for (const item of [...Object.values(schema.classes), ...Object.values(schema.objects)]) {
    for (const [name, details] of Object.entries(item.attributes)) {
      if (!details.enum || (item.uid !== undefined && literalAttributes.has(name))) continue;
      found.set(name, [...(found.get(name) ?? []), { values: valuesOf(details), details }]);
    }
  }
  return found;
}

function valuesOf(attribute) {
  return JSON.stringify([attribute.type, keysAndValues(attribute)]);
}

function keysAndValues({ enum: values, type }) {
  const keys = new Set();
  const isText = type === "string_t";
  return Object.entries(values)
    .toSorted(([a], [b]) => (isText ? (a < b ? -1 : 1) : Number(a) - Number(b)))
    .map(([value, { caption }]) => {
      const name = pascalCase(caption);
      // Two values of one caption: the later one carries its number.
      const key = keys.has(name) ? `${name}${value}` : name;
      keys.add(key);
      return [key, isText ? JSON.stringify(value) : Number(value)];
    });
}
