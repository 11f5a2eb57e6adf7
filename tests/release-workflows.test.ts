import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const FOLDER = join(import.meta.dirname, "../.github/workflows");
const names = readdirSync(FOLDER).filter((name) => /\.ya?ml$/.test(name));

describe.each(names)("the workflow %s", (name) => {
  const text = readFileSync(join(FOLDER, name), "utf8");
  const lines = text.split("\n");

  it("pins every action by the full hash of a commit, and says which release that is", () => {
    const uses = lines.filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("gives a job nothing that it does not name", () => {
    expect(lines).toContain("permissions: {}");
    const jobs = text
      .slice(text.indexOf("\njobs:\n"))
      .split(/^ {2}(?=[\w-]+:$)/m)
      .slice(1);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) expect(job).toMatch(/^ {4}permissions:/m);
  });

  it("puts nothing that a stranger writes into a script", () => {
    const scripts = lines.filter((line) => /^\s*(?:- )?run:/.test(line));
    for (const line of scripts) expect(line).not.toContain("${{");
  });
});
