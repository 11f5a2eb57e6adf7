// Replaces the server's built http/framework.js by a bundle of the HTTP framework, and lists beside it what is in it, with
// the licences. The packages stay visible: the list is published, and their updates come as patches of the server.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./bootstrap.mjs";

const server = join(root, "packages", "server");
const { dependencies } = JSON.parse(readFileSync(join(server, "package.json"), "utf8"));
// The injector is for tests, which run from the sources.
const external = [...Object.keys(dependencies), "light-my-request"];

const bundle = await rolldown({
  input: join(server, "src", "http", "framework.ts"),
  platform: "node",
  external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
  logLevel: "warn",
});
const framework = join(server, "dist", "http", "framework.js");
const { output } = await bundle.generate({ file: framework, format: "esm" });
rmSync(`${framework}.map`, { force: true });
write(framework, output[0].code);
write(join(server, "dist", "http", "framework.licenses.md"), licences(packagesOf(output[0].moduleIds)));

/** Leaves alone what is as it should be: another process may be reading it. */
function write(path, text) {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

function packagesOf(moduleIds) {
  const folders = new Set(moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id) ?? []));
  return [...folders]
    .toSorted((a, b) => a.localeCompare(b))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) }));
}

function licences(packages) {
  const texts = packages.map(({ folder, name, version, license }) => {
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
    return `## ${name} ${version} (${license})\n\n${text}\n`;
  });
  const list = packages.map(({ name, version, license }) => `- ${name} ${version} (${license})`);
  return `# Packages in framework.js\n\n${list.join("\n")}\n\n${texts.join("\n")}`;
}
