import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { arielProblems } from "./kit-queries/ariel.ts";
import { spl, sumo, xql } from "./kit-queries/languages.ts";
import { searchProblems } from "./kit-queries/piped-search.ts";

function kit(path: string): string {
  return readFileSync(join(import.meta.dirname, `../packages/connector-${path}`), "utf8");
}

/** The searches of a file, without the lines that tell what each is for. */
function searchesOf(path: string): readonly string[] {
  const text = kit(path);
  if (path.endsWith(".conf")) return Array.from(text.matchAll(/^search = (.*)$/gm), ([, search = ""]) => search);
  return text
    .split("\n\n")
    .map((part) => part.replaceAll(/^(?:#|\/\/|--) .*\n?/gm, "").trim())
    .filter((search) => search !== "");
}

// No parser of these four can be had apart from the SIEMs themselves: here they are read for what their vendors describe.
describe("searches in the kits", () => {
  it.each([
    ["Splunk", "splunk/setup/completeness.conf", spl, 4],
    ["Splunk", "splunk/setup/detections.conf", spl, 12],
    ["Splunk", "splunk/setup/savedsearches.conf", spl, 1],
    ["Sumo Logic", "sumo/setup/completeness.txt", sumo, 4],
    ["Sumo Logic", "sumo/setup/detections.txt", sumo, 12],
    ["Sumo Logic", "sumo/setup/searches.txt", sumo, 3],
    ["Cortex XSIAM", "xsiam/setup/completeness.xql", xql, 4],
    ["Cortex XSIAM", "xsiam/setup/queries.xql", { ...xql, commands: [...xql.commands, "dataset"] }, 3],
  ] as const)(
    "of %s in %s are well formed: known commands and functions, names that a stage before made",
    (_, path, language, count) => {
      const searches = searchesOf(path);
      expect(searches).toHaveLength(count);
      for (const search of searches) expect([search, searchProblems(search, language)]).toEqual([search, []]);
    },
  );

  it.each([
    ["qradar/setup/completeness.aql", 4],
    ["qradar/setup/detections.aql", 12],
  ])("of QRadar in %s are well formed: order of clauses, known functions, names of columns", (path, count) => {
    const searches = searchesOf(path);
    expect(searches).toHaveLength(count);
    for (const search of searches) expect([search, arielProblems(search)]).toEqual([search, []]);
  });

  it.each([
    [spl, "index=a | stats count AS copies BY stream | where copys > 1", "nothing made copys"],
    [spl, "index=a | eval x=if(a==1, 2)", "if with 2 arguments"],
    [spl, "index=a | sats count", "no command"],
    [sumo, "_sourceCategory=a | max(x) as last by stream | where lst > 1", "nothing made lst"],
    [xql, "dataset = a | comp max(_time) as newest by stream | filter ended = 0", "nothing made ended"],
    [xql, "dataset = a | alter x = add(1", "not closed"],
  ])("would show a fault: %#", (language, search, problem) => {
    expect(searchProblems(search, language)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ["SELECT a AS x, COUNT(*) AS n FROM events WHERE a > 0 HAVING n > 1 GROUP BY a LAST 1 DAYS", "nothing made a"],
    ["SELECT a AS x, COUNT(*) AS n FROM events WHERE a > 0 GROUP BY a HAVING m > 1 LAST 1 DAYS", "nothing made m"],
    [
      "SELECT a AS x, COUNTIF(b) AS n FROM events WHERE a > 0 GROUP BY a HAVING n > 1 LAST 1 DAYS",
      "no function: COUNTIF",
    ],
  ])("would show a fault of AQL: %#", (search, problem) => {
    expect(arielProblems(search)).toEqual([expect.stringContaining(problem)]);
  });
});
