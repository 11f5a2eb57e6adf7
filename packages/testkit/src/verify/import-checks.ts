import type { Check } from "../conformance/check.ts";
import { check, unless } from "../conformance/check.ts";
import type { SeenImport } from "./import-alone.ts";
import { importAlone } from "./import-alone.ts";
import type { InstalledPackage } from "./installed-package.ts";

/** Checks the side effects of importing a connector's module, which a host does before it trusts it. */
export function importChecks(given: InstalledPackage): readonly Check[] {
  const look = (problemsOf: (seen: SeenImport) => readonly string[]) => async () => {
    const seen = await importAlone(given);
    return seen === undefined ? ["there is no entry to import"] : problemsOf(seen);
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
