import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const packages = join(import.meta.dirname, "packages");
const manifestSchema = z.object({
  name: z.string(),
  exports: z.record(z.string(), z.union([z.string(), z.object({ default: z.string() })])).optional(),
});

/** For tests: the packages' public entries as their sources, so that a changed file is tested without a build. */
export const sources = readdirSync(packages).flatMap((folder) => {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8")));
  return Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
    const built = typeof target === "string" ? target : target.default;
    if (!built.startsWith("./dist/")) return [];
    const find = new RegExp(`^${escaped(manifest.name)}${escaped(entry.slice(1)).replace("\\*", "(.+)")}$`);
    const replacement = join(
      packages,
      folder,
      built.replace(/^\.\/dist\/(?:bundled\/)?/, "src/").replace(/\.js$/, ".ts"),
    );
    return [{ find, replacement: replacement.replace("*", "$1") }];
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
