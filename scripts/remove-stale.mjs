import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const OUTPUT = /^(.*)\.(?:js|d\.ts)(?:\.map)?$/;

/**
 * Removes outputs from `folder/dist` whose source is gone: what still imports them would work here and nowhere else. A
 * bundle is its own script's.
 */
export function removeStale(folder) {
  const dist = join(folder, "dist");
  if (!existsSync(dist)) return;
  for (const name of readdirSync(dist, { recursive: true })) {
    if (name.startsWith("bundled")) continue;
    const stem = OUTPUT.exec(name)?.[1];
    if (stem !== undefined && !existsSync(join(folder, "src", `${stem}.ts`))) rmSync(join(dist, name));
  }
}
