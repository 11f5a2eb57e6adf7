import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "@arbitex/simulators";
import type { Check } from "../conformance/check.ts";
import { check, unless } from "../conformance/check.ts";
import type { InstalledPackage } from "./installed-package.ts";

const NAME = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/;
const VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];
/** Files that must not leave the author's machine. */
const PRIVATE_FILE = /(?:^|\/)(?:\.env(?:\..*)?|\.npmrc|id_[a-z0-9]+|[^/]+\.(?:pem|key|p12))$/;
const TEST_FILE = /\.(?:test|spec)\.[cm]?[jt]s$/;
const LEAST_README = 200;

/** Checks a connector's package as installed in a deployment's node_modules. */
export function packageChecks({ folder, manifest }: InstalledPackage): readonly Check[] {
  const { name, version, description, license, engines, scripts, arbitexConnector: own } = manifest;
  const files = filesOf(folder);
  const readme = readIfThere(join(folder, "README.md"));
  const entry = isObject(own) && typeof own["entry"] === "string" ? own["entry"] : "";
  const type = isObject(own) ? own["type"] : undefined;
  return [
    check("package-name", "has a name that npm takes", () =>
      unless(typeof name === "string" && NAME.test(name), `"name" is ${JSON.stringify(name)}`),
    ),
    check("package-version", "has a version", () =>
      unless(typeof version === "string" && VERSION.test(version), `"version" is ${JSON.stringify(version)}`),
    ),
    check("package-description", "says what it is", () =>
      unless(
        typeof description === "string" && description.trim().length > 10,
        '"description" is missing or says nothing',
      ),
    ),
    check("package-engines", "says which Node it needs", () =>
      unless(isObject(engines) && typeof engines["node"] === "string", '"engines" does not name node'),
    ),
    check("licence-field", "names its licence", () =>
      unless(typeof license === "string" && license.trim() !== "" && license !== "UNLICENSED", '"license" names none'),
    ),
    check("licence-file", "brings its licence", () =>
      unless(
        files.some((file) => /^licen[cs]e(?:\.|$)/i.test(file)),
        "there is no LICENSE in the package",
      ),
    ),
    check("readme", "has a README", () =>
      unless(readme.length >= LEAST_README, "there is no README.md in the package, or next to nothing in it"),
    ),
    check("readme-install", "says how to install it", () =>
      unless(
        typeof name === "string" && new RegExp(`\\binstall\\b[^\\n]*${escaped(name)}`).test(readme),
        `README.md has no line that installs ${String(name)}`,
      ),
    ),
    check("readme-type", "says what to write in a configuration", () =>
      unless(typeof type === "string" && readme.includes(type), `README.md does not name the type ${String(type)}`),
    ),
    check("entry-there", "has its module where its manifest says", () =>
      unless(entry !== "" && existsSync(join(folder, entry)), `there is no ${entry || "entry"} in the package`),
    ),
    check("exports-manifest", "lets others read its manifest", () =>
      unless(
        manifest["exports"] === undefined ||
          (isObject(manifest["exports"]) && manifest["exports"]["./package.json"] === "./package.json"),
        '"exports" does not have "./package.json"',
      ),
    ),
    check("exports-module", "exports its module under its own name", () =>
      unless(exportsOf(manifest).includes(entry), `"exports" does not lead to ${entry || "an entry"}`),
    ),
    check("types", "brings types", () =>
      unless(
        exportsOf(manifest).some((path) => path.endsWith(".d.ts") && existsSync(join(folder, path))),
        '"exports" leads to no declarations',
      ),
    ),
    check("install-scripts", "runs nothing when it is installed", () =>
      INSTALL_SCRIPTS.filter((script) => isObject(scripts) && script in scripts).map(
        (script) => `there is a ${script} script`,
      ),
    ),
    check("files-private", "brings no file of its author's machine", () =>
      files.filter((file) => PRIVATE_FILE.test(file)).map((file) => `${file} is in the package`),
    ),
    check("files-tests", "leaves its tests at home", () =>
      files
        .filter((file) => file.startsWith("dist/") && TEST_FILE.test(file))
        .map((file) => `${file} is in the package`),
    ),
    check("own-core", "brings no core of its own", () =>
      ["@arbitex/core", "zod"]
        .filter((peer) => existsSync(join(folder, "node_modules", peer)) && !isLinked(folder))
        .map((peer) => `there is a second ${peer} in its node_modules`),
    ),
  ];
}

/** Whether the package is linked to its author's workspace, which also contains its development dependencies. */
function isLinked(folder: string): boolean {
  return existsSync(join(folder, "src")) || existsSync(join(folder, "tsconfig.json"));
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !file.startsWith("node_modules/") && !file.startsWith("src/"));
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Every path in `exports`, under any condition. */
function exportsOf({ exports: given }: InstalledPackage["manifest"]): readonly string[] {
  const paths = (value: unknown): readonly string[] => {
    if (typeof value === "string") return [value];
    return isObject(value) ? Object.values(value).flatMap(paths) : [];
  };
  return isObject(given) && "." in given ? paths(given["."]) : paths(given);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
