import { readFileSync } from "node:fs";
import { z } from "zod";

/** The version of this package. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return z.looseObject({ version: z.string() }).parse(manifest).version;
}
