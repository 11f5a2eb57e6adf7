import { emitEnums, enumNames } from "./emit-enums.mjs";
import { constantLines, header, kebabCase, pascalCase, sentence } from "./naming.mjs";

/** TypeScript types, one file for each class and object, with the constants of the enums that only it has. */
export function emitTypes(base, extended) {
  const names = enumNames(extended);
  const context = { base, extended, names };
  const classes = Object.values(extended.classes).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const objects = Object.values(extended.objects)
    .filter(({ name }) => name !== "object")
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ["enums.ts", emitEnums(extended, names)],
    ...classes.map((item) => [`classes/${kebabCase(item.name)}.ts`, emitItem(context, item, "classes")]),
    ...objects.map((item) => [`objects/${kebabCase(item.name)}.ts`, emitItem(context, item, "objects")]),
    ["classes/index.ts", emitClassIndex(classes)],
    ["objects/index.ts", emitObjectIndex(objects)],
  ];
}

function emitItem({ base, extended, names }, item, kind) {
  const imports = new Map();
  const lines = Object.entries(item.attributes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, attribute]) => {
      const added = base[kind][item.name].attributes[name] === undefined;
      const optional = attribute.requirement === "required" && !attribute.profiles ? "" : "?";
      return [
        ...docComment(attribute, added, kind === "classes" && isBaseAttribute(base, item, name)),
        `  readonly ${name}${optional}: ${typeOf(item, name, attribute, { names, imports, extended })};`,
      ];
    });
  const own = names.own(item);
  return [
    header,
    ...emitImports(imports, item),
    ...own.flatMap(({ constant, values }) => constantLines(constant, values)),
    `/** ${item.caption}${item.uid === undefined ? "" : ` (${item.uid})`}: ${sentence(item.description)} */`,
    // A type and not an interface, so that events may be passed on as objects of unknown members.
    `export type ${pascalCase(item.name)} = {`,
    ...lines,
    "};",
    "",
  ].join("\n");
}

// Attributes that every class has are explained once, on the base event.
function isBaseAttribute(base, item, name) {
  return item.name !== "base_event" && base.classes.base_event.attributes[name] !== undefined;
}

function docComment(attribute, added, known) {
  const parts = [];
  if (added) parts.push("Attribute of the arbitex extension, unknown to bare OCSF 1.1.0.");
  if (!known) parts.push(sentence(attribute.description));
  if (attribute.profiles) parts.push(`Needs the profile ${attribute.profiles.join(" or ")}.`);
  const deprecated = attribute["@deprecated"];
  if (deprecated) parts.push(`@deprecated since ${deprecated.since}. ${sentence(deprecated.message)}`);
  return parts.length === 0 ? [] : [`  /** ${parts.join(" ")} */`];
}

function typeOf(item, name, attribute, { names, imports, extended }) {
  const single = singleType(item, name, attribute, { names, imports, extended });
  if (attribute.is_array !== true) return single;
  return single.includes("|") ? `readonly (${single})[]` : `readonly ${single}[]`;
}

function singleType(item, name, attribute, { names, imports, extended }) {
  if (attribute.type === "object_t") {
    if (attribute.object_type === "object") return "Readonly<Record<string, unknown>>";
    const type = pascalCase(attribute.object_type);
    imports.set(
      type,
      item.uid === undefined
        ? `./${kebabCase(attribute.object_type)}.ts`
        : `../objects/${kebabCase(attribute.object_type)}.ts`,
    );
    return type;
  }
  if (attribute.enum) {
    if (names.isLiteral(item, name))
      return Object.keys(attribute.enum)
        .map(Number)
        .toSorted((a, b) => a - b)
        .join(" | ");
    const constant = names.of(item, name);
    if (constant.shared) imports.set(constant.name, "../enums.ts");
    return constant.name;
  }
  const type = extended.dictionary.types.attributes[attribute.type];
  switch (type.type ?? attribute.type) {
    case "string_t":
      return "string";
    case "boolean_t":
      return "boolean";
    case "json_t":
      return "unknown";
    default:
      return "number";
  }
}

function emitImports(imports, item) {
  imports.delete(pascalCase(item.name));
  const byFile = new Map();
  for (const [name, file] of imports) byFile.set(file, [...(byFile.get(file) ?? []), name]);
  const lines = [...byFile]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, names]) => `import type { ${names.toSorted().join(", ")} } from "${file}";`);
  return lines.length === 0 ? [] : [...lines, ""];
}

function emitClassIndex(classes) {
  const names = classes.map(({ name }) => [pascalCase(name), kebabCase(name)]);
  return [
    header,
    ...names.map(([type, file]) => `import type { ${type} } from "./${file}.ts";`),
    "",
    "/** An event of any class of OCSF 1.1.0, told apart by `class_uid`. */",
    `export type TypedEvent =`,
    `${names.map(([type]) => `  | ${type}`).join("\n")};`,
    "",
    `export type {\n${names.map(([type]) => `  ${type},`).join("\n")}\n};`,
    "",
  ].join("\n");
}

function emitObjectIndex(objects) {
  return [
    header,
    ...objects.map(({ name }) => `export type { ${pascalCase(name)} } from "./${kebabCase(name)}.ts";`),
    "",
  ].join("\n");
}
