import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Registry } from "./registry.ts";
import { succeed } from "./run-program.ts";

const PACKAGES = join(import.meta.dirname, "..", "..", "packages");
/** npm of its own in each: more at a time only wait for each other on two cores. */
const AT_ONCE = 3;

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  private: z.boolean().optional(),
  files: z.array(z.string()).default([]),
});
type Manifest = z.output<typeof manifestSchema>;

export interface PublishOptions {
  /** The version that all of them get, in place of the one in their manifests. */
  readonly version?: string;
  /** Folders of packages; all of them where it is not given. */
  readonly only?: readonly string[];
}

/**
 * Publishes every package of this repository that is built, as `npm publish` packs it, from copies: their `workspace:` ranges
 * are replaced as pnpm does it when it publishes. Gives the version of each by its name.
 */
export async function publishPackages(
  { environment }: Registry,
  { version, only }: PublishOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const manifests = readdirSync(PACKAGES)
    .map((folder) => ({ folder, manifest: readManifest(join(PACKAGES, folder)) }))
    .filter(({ manifest }) => manifest.private !== true);
  const versions = Object.fromEntries(manifests.map(({ manifest }) => [manifest.name, version ?? manifest.version]));
  const copies = mkdtempSync(join(tmpdir(), "arbitex-packages-"));
  const wanted = manifests.filter(({ folder }) => only?.includes(folder) ?? true);
  const waiting = wanted.map(({ folder, manifest }) => {
    const copy = join(copies, folder);
    copyPackage(join(PACKAGES, folder), copy, manifest);
    writeFileSync(join(copy, "package.json"), published(manifest, versions));
    return copy;
  });
  const publishNext = async (): Promise<void> => {
    const copy = waiting.pop();
    if (copy === undefined) return;
    // Provenance can only be proved by a CI service that signs it.
    await succeed("npm", ["publish", "--provenance=false", "--ignore-scripts"], { cwd: copy, env: environment });
    await publishNext();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, publishNext));
  rmSync(copies, { recursive: true });
  return versions;
}

function readManifest(folder: string): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
}

function copyPackage(from: string, to: string, { files }: Manifest): void {
  for (const name of ["README.md", "LICENSE", ...files]) {
    const path = name.replace(/\/?\*\*?.*$/, "");
    if (existsSync(join(from, path))) cpSync(join(from, path), join(to, path), { recursive: true });
  }
}

/** `workspace:^` becomes `^1.2.3`, as it does where pnpm publishes. */
function published(manifest: Manifest, versions: Readonly<Record<string, string>>): string {
  const withRanges = (ranges: unknown) =>
    Object.fromEntries(
      Object.entries(z.record(z.string(), z.string()).parse(ranges)).map(([name, range]) => [
        name,
        range.replace(/^workspace:([~^]?).*$/, `$1${versions[name] ?? ""}`),
      ]),
    );
  const fields = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].filter(
    (field) => field in manifest,
  );
  const ranges = Object.fromEntries(fields.map((field) => [field, withRanges(manifest[field])]));
  return JSON.stringify({ ...manifest, ...ranges, version: versions[manifest.name] });
}
