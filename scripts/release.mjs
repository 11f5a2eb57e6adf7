// Publishes every package whose version the registry does not have: node scripts/release.mjs [--dry-run]
// Packed by pnpm, which writes real ranges in place of `workspace:`; published by npm, which proves who it is by OIDC. Provenance is
// for npm's own registry: with another one (npm_config_registry) it is off, since that could not show it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, install, root, run, step } from "./bootstrap.mjs";

const isDryRun = process.argv.includes("--dry-run");
const registry = process.env.npm_config_registry ?? process.env.NPM_CONFIG_REGISTRY;
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

install();
build();
const out = mkdtempSync(join(tmpdir(), "release-"));
try {
  const pack = ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", out];
  run("npx", ["--yes", packageManager, ...pack], { stdio: ["ignore", "ignore", 2] });
  for (const { name, version } of inOrder(packages())) {
    if (isPublished(name, version)) {
      step(`${name}@${version} is published`);
      continue;
    }
    const tarball = join(out, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
    const provenance = `--provenance=${registry === undefined && !isDryRun}`;
    step(`publishing ${name}@${version}`);
    run("npm", [
      "publish",
      tarball,
      "--access=public",
      provenance,
      "--ignore-scripts",
      ...(isDryRun ? ["--dry-run"] : []),
    ]);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}

function packages() {
  return readdirSync(join(root, "packages"))
    .map((name) => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")))
    .filter(({ private: isPrivate }) => isPrivate !== true);
}

/** What others depend on comes first: a release that breaks off half-way leaves nothing that cannot be installed. */
function inOrder(all) {
  const names = new Set(all.map(({ name }) => name));
  const done = new Map();
  const add = (found) => {
    if (done.has(found.name)) return;
    const wanted = Object.keys({ ...found.dependencies, ...found.peerDependencies });
    for (const other of wanted.filter((name) => names.has(name))) add(all.find(({ name }) => name === other));
    done.set(found.name, found);
  };
  for (const found of all) add(found);
  return [...done.values()];
}

/** Throws where the registry cannot say. */
function isPublished(name, version) {
  const { status, stdout } = spawnSync("npm", ["view", `${name}@${version}`, "version", "--json"], {
    encoding: "utf8",
  });
  if (status === 0) return stdout.includes(version);
  const code = /"code":\s*"(\w+)"/.exec(stdout)?.[1];
  if (code === "E404") return false;
  throw new Error(`The registry does not say whether it has ${name}@${version}: ${code ?? stdout}`);
}
