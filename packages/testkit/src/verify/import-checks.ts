import { createRequire } from "node:module";
import { join } from "node:path";
import { isObject } from "@arbitex/simulators";
import type { Check } from "../conformance/check.ts";
import { check, unless } from "../conformance/check.ts";
import type { InstalledPackage } from "./installed-package.ts";
import type { Watched } from "./watched-process.ts";
import { watchProcess } from "./watched-process.ts";

/** What a separate process observed during an import. */
export interface ImportReport {
  readonly error?: string;
  readonly globals: readonly string[];
  readonly listeners: readonly string[];
  readonly variables: readonly string[];
}

/** Always the built probe, which Node can run directly. */
const PROBE = createRequire(import.meta.url).resolve("#import-probe");
/** Checks the side effects of importing a connector's module, which a host does before it trusts it. */
export function importChecks({ folder, manifest }: InstalledPackage): readonly Check[] {
  const { arbitexConnector: own } = manifest;
  const entry = isObject(own) && typeof own["entry"] === "string" ? join(folder, own["entry"]) : undefined;
  let seen: Promise<Seen> | undefined;
  const look = (problemsOf: (seen: Seen) => readonly string[]) => async () => {
    if (entry === undefined) return ["there is no entry to import"];
    return problemsOf(await (seen ??= importAlone(entry)));
  };
  return [
    check(
      "import",
      "can be imported",
      look(({ report }) =>
        unless(report !== undefined && report.error === undefined, report?.error ?? "it did not end"),
      ),
    ),
    check(
      "import-quiet",
      "prints nothing when it is imported",
      look(({ output }) => unless(output === "", `it prints ${JSON.stringify(output.slice(0, 80))}`)),
    ),
    check(
      "import-globals",
      "changes nothing that all share when it is imported",
      look(({ report }) => (report?.globals ?? []).map((name) => `it changes ${name}`)),
    ),
    check(
      "import-listeners",
      "listens to no signal or failure of the process",
      look(({ report }) => (report?.listeners ?? []).map((name) => `it listens to "${name}" of the process`)),
    ),
    check(
      "import-variables",
      "sets no variable of the environment",
      look(({ report }) => (report?.variables ?? []).map((name) => `it sets ${name}`)),
    ),
    check(
      "import-ends",
      "keeps no process alive once it is imported",
      look(({ isEnded }) => unless(isEnded, "a process that imports it does not end: a timer or a connection is open")),
    ),
  ];
}

interface Seen extends Watched {
  readonly report: ImportReport | undefined;
}

async function importAlone(entry: string): Promise<Seen> {
  let report: ImportReport | undefined;
  const watched = await watchProcess(PROBE, [entry], (message) => {
    if (isReport(message)) report = message;
  });
  return { ...watched, report };
}

function isReport(message: unknown): message is ImportReport {
  return isObject(message) && [message["globals"], message["listeners"], message["variables"]].every(Array.isArray);
}
