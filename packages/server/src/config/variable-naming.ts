import type { Naming } from "@arbitex/core/config";
import { variableOf } from "@arbitex/core/host";

/** Names settings by their environment variables; a connector's by its prefix. */
export function variableNaming(prefix?: string): Naming {
  const name = ([key = ""]: readonly PropertyKey[]) => {
    return prefix === undefined ? String(key) : variableOf(prefix, String(key));
  };
  return {
    name,
    example: (path, value) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? `${name(path)}=${value}`
        : undefined,
  };
}
