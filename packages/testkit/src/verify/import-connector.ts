import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyConnector } from "@arbitex/core";
import { isObject } from "@arbitex/simulators";
import type { InstalledPackage } from "./installed-package.ts";
import { UsageError } from "./usage-error.ts";

/** The connector that a package's manifest points to. */
export async function importConnector({ folder, manifest }: InstalledPackage): Promise<AnyConnector> {
  const { arbitexConnector: own } = manifest;
  const entry = isObject(own) ? own["entry"] : undefined;
  if (typeof entry !== "string") {
    throw new UsageError(`${folder} is no connector: its package.json has no "arbitexConnector" with an "entry".`);
  }
  const path = join(folder, entry);
  if (!existsSync(path)) throw new UsageError(`${path} is not there: build the package first.`);
  return importModule(path);
}

/** The connector that a module exports by default. */
export async function importModule(path: string): Promise<AnyConnector> {
  const module = await inTime(import(pathToFileURL(path).href), path);
  const connector = isObject(module) ? module["default"] : undefined;
  if (isConnector(connector)) return connector;
  throw new UsageError(`The default export of ${path} is no connector: make it with defineConnector().`);
}

/** A module may wait for ever for something. */
async function inTime(importing: Promise<unknown>, path: string): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new UsageError(`${path} is not imported after ${LONGEST_MS / 1000} s.`)),
      LONGEST_MS,
    );
  });
  try {
    return await Promise.race([importing, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

const LONGEST_MS = 10_000;

/** The checks that a host makes first, before it trusts the rest. */
function isConnector(value: unknown): value is AnyConnector {
  return (
    isObject(value) &&
    typeof value["type"] === "string" &&
    isObject(value["configSchema"]) &&
    "safeParse" in value["configSchema"] &&
    (isObject(value["framing"]) || typeof value["framing"] === "function") &&
    typeof value["open"] === "function"
  );
}
