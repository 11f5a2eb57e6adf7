import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { AnyConnector } from "../../connector/connector.ts";
import { SiemError } from "../../errors.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { ConnectorPackage } from "./connector-package.ts";
import { CONNECTOR_API_VERSION } from "./connector-package.ts";

/** A module that is not imported after this hangs: a start would wait for it for ever, without a word. */
const LONGEST_MS = 60_000;

/** Imports a connector. Throws an error with package, version, path and fix if its module is invalid, or not imported in time. */
export async function loadConnector(
  { name, version, folder, entry, type, envPrefix }: ConnectorPackage,
  longestMs = LONGEST_MS,
): Promise<AnyConnector> {
  const who = `${name}@${version} (${folder})`;
  let module: unknown;
  try {
    module = await inTime(import(pathToFileURL(entry).href), longestMs);
  } catch (cause) {
    const message = `${who} cannot be imported: ${describeFailure(cause)} ${importFix(cause, name)}`;
    throw new SiemError("SIEM_CONNECTOR_LOAD", message, { cause });
  }
  const parsed = moduleSchema.safeParse(module);
  if (!parsed.success) {
    throw new SiemError(
      "SIEM_CONNECTOR_LOAD",
      `${who}: the default export of ${entry} is not a connector. Install another version of ${name}; its author makes it with defineConnector().`,
    );
  }
  const connector = parsed.data.default;
  const apiVersion: number = connector.apiVersion;
  if (apiVersion !== CONNECTOR_API_VERSION) {
    throw new SiemError(
      "SIEM_CONNECTOR_API_VERSION",
      `${who} exports a connector of API ${apiVersion}; this host speaks ${CONNECTOR_API_VERSION}. Install another version of ${name}.`,
    );
  }
  if (connector.type !== type || (envPrefix !== undefined && connector.envPrefix !== envPrefix)) {
    throw new SiemError(
      "SIEM_CONNECTOR_MANIFEST",
      `${who}: package.json says type "${type}", prefix ${envPrefix ?? "unsaid"}; the module says type "${connector.type}", prefix ${connector.envPrefix ?? "none"}. They must agree. Install another version of ${name}, or tell its author.`,
    );
  }
  return connector;
}

async function inTime(importing: Promise<unknown>, longestMs: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = longestMs / 1000;
    timer = setTimeout(
      () => reject(new Error(`its module waits for something, and was not done after ${seconds} s.`)),
      longestMs,
    );
  });
  try {
    return await Promise.race([importing, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** With Yarn Plug'n'Play, a package sees only the peers that its project lists. */
function importFix(cause: unknown, name: string): string {
  const text = cause instanceof Error ? cause.message : "";
  const peers = ["@arbitex/core", "zod"].filter((peer) => text.includes(peer));
  const isMissing = text.includes("Cannot find package") || text.includes("peer dependency");
  if (!isMissing || peers.length === 0) return `Install another version of ${name}, or remove it.`;
  return "A connector shares @arbitex/core and zod with the server: install both beside it, as in yarn add @arbitex/core zod.";
}

/** Checks that a module's default export is a connector. Its members are trusted from then on. */
const moduleSchema = z.looseObject({ default: z.custom<AnyConnector>(looksLikeConnector) });

const connectorSchema = z.looseObject({
  apiVersion: z.number(),
  type: z.string(),
  configSchema: z.custom((value) => typeof value === "object" && value !== null && "safeParse" in value),
  limits: z.custom((value) => value !== undefined),
  framing: z.union([z.looseObject({ contentType: z.string() }), z.custom((value) => typeof value === "function")]),
  open: z.custom((value) => typeof value === "function"),
});

function looksLikeConnector(value: unknown): boolean {
  return connectorSchema.safeParse(value).success;
}
