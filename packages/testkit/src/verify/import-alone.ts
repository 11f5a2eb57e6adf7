import { createRequire } from "node:module";
import { join } from "node:path";
import { isObject } from "@arbitex/simulators";
import type { InstalledPackage } from "./installed-package.ts";
import type { Watched } from "./watched-process.ts";
import { ENDS_WITHIN_MS, watchProcess } from "./watched-process.ts";

/** What a separate process observed during an import. */
export interface ImportReport {
  readonly error?: string;
  readonly globals: readonly string[];
  readonly listeners: readonly string[];
  readonly variables: readonly string[];
}

export interface SeenImport extends Watched {
  readonly entry: string;
  /** Undefined when the import did not end. */
  readonly report: ImportReport | undefined;
}

/** Always the built probe, which Node can run directly. */
const PROBE = createRequire(import.meta.url).resolve("#import-probe");

const seen = new WeakMap<InstalledPackage, Promise<SeenImport>>();

/** Imports a package's entry in a process of its own, once. Undefined when its manifest names no entry. */
export function importAlone(given: InstalledPackage): Promise<SeenImport> | undefined {
  const { arbitexConnector: own } = given.manifest;
  if (!isObject(own) || typeof own["entry"] !== "string") return undefined;
  const looking = seen.get(given) ?? look(join(given.folder, own["entry"]));
  seen.set(given, looking);
  return looking;
}

/** Why the entry must not be imported by this process, which it would hold up or end; undefined when it may be. */
export async function endlessImport(given: InstalledPackage): Promise<string | undefined> {
  const found = await importAlone(given);
  if (found === undefined || found.report !== undefined) return undefined;
  const { entry, isEnded } = found;
  return isEnded
    ? `${entry} is not imported: it ends the process, or waits for what never comes. Do in open() what it does.`
    : `${entry} is not imported after ${ENDS_WITHIN_MS / 1000} s: it works without end. Do in open() what it does.`;
}

async function look(entry: string): Promise<SeenImport> {
  let report: ImportReport | undefined;
  const watched = await watchProcess(PROBE, [entry], (message) => {
    if (isReport(message)) report = message;
  });
  return { ...watched, entry, report };
}

function isReport(message: unknown): message is ImportReport {
  return isObject(message) && [message["globals"], message["listeners"], message["variables"]].every(Array.isArray);
}
