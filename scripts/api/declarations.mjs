// What a built package declares to its users: each entry's exports, with the text of their declarations and no comments.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseSync } from "oxc-parser";

/** Name of an entry, such as `@arbitex/core/host`, to a map of what it exports and how that is declared. */
export function entriesOf(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const entries = new Map();
  for (const [key, { types }] of Object.entries(exports)) {
    if (types === undefined) continue;
    const entry = join(name, key);
    entries.set(entry, types.includes("*") ? digestsOf(join(folder, types)) : exportsOf(join(folder, types)));
  }
  return entries;
}

/** Of hundreds of generated files, a digest of each is enough: they change with the OCSF schema only. */
function digestsOf(pattern) {
  const files = readdirSync(dirname(pattern)).filter((file) => file.endsWith(".d.ts"));
  const digests = files.map((file) => {
    const text = [...exportsOf(join(dirname(pattern), file)).values()].join("\n");
    return [basename(file, ".d.ts"), createHash("sha256").update(text).digest("hex").slice(0, 12)];
  });
  return new Map(digests);
}

function exportsOf(file) {
  const { statements, text } = parsed(file);
  const found = new Map();
  for (const statement of statements) {
    if (statement.type === "ExportAllDeclaration") {
      for (const [name, declaration] of exportsOf(target(file, statement))) found.set(name, declaration);
    } else if (statement.type === "ExportDefaultDeclaration") {
      found.set("default", declared(text, statement));
    } else if (statement.type === "ExportNamedDeclaration") {
      for (const { local, exported } of statement.specifiers) {
        const from = statement.source === null ? file : target(file, statement);
        found.set(
          exported.name,
          statement.source === null ? localOf(from, local.name) : declarationOf(from, local.name),
        );
      }
      if (statement.declaration !== null) addDeclaration(found, text, statement.declaration);
    }
  }
  return found;
}

function declarationOf(file, name) {
  const found = file === undefined ? undefined : exportsOf(file).get(name);
  if (found === undefined) throw new Error(`${file} exports no ${name}`);
  return found;
}

function localOf(file, name) {
  const { statements, text } = parsed(file);
  const found = new Map();
  for (const statement of statements) if ("declare" in statement) addDeclaration(found, text, statement);
  return found.get(name) ?? name;
}

/** A function has one declaration for each of its overloads. */
function addDeclaration(found, text, declaration) {
  for (const name of declaration.declarations?.map(({ id }) => id.name) ?? [declaration.id.name]) {
    const earlier = found.has(name) ? `${found.get(name)}\n` : "";
    found.set(name, earlier + declared(text, declaration));
  }
}

function declared(text, { start, end }) {
  const lines = text.slice(start, end).split("\n");
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "")
    .join("\n");
}

function target(file, { source }) {
  if (!source.value.startsWith(".")) return undefined;
  return resolve(dirname(file), source.value.replace(/\.(ts|js)$/, ".d.ts"));
}

const files = new Map();

function parsed(file) {
  const known = files.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(file, "utf8");
  const { program, comments } = parseSync(file, source);
  // Blanks for comments, so that every position stays.
  let text = source;
  for (const { start, end } of comments) {
    text = text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, " ") + text.slice(end);
  }
  const result = { statements: program.body, text };
  files.set(file, result);
  return result;
}
