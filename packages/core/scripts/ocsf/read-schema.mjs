import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** The compiled schema as the official compiler writes it. */
export function readSchema(path) {
  return JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
}

/** The sources of a schema extension: a folder as the official compiler reads it. */
export function readExtension(folder) {
  return {
    ...readJson(join(folder, "extension.json")),
    dictionary: readJson(join(folder, "dictionary.json")),
    objects: readFolder(join(folder, "objects")),
    events: readFolder(join(folder, "events")),
  };
}

function readFolder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => readJson(join(folder, name)));
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
