import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeploymentFolder } from "../../../core/test/deployment-folder.ts";
import { createDeploymentFolder } from "../../../core/test/deployment-folder.ts";
import { inspectDeployment } from "./load-config.ts";
import { describeProblem } from "@arbitex/core/host";

const SECRET = "c4n4ry-7f3a";
// oxlint-disable-next-line no-template-curly-in-string
const REFERENCE = "${ACME_SECRET}";
const GOOD = `queue: { store: disk, path: queue }
workers: 1
destinations:
  - id: one
    type: acme_log
    config:
      url: "https://acme.example"
      token: ${SECRET}
      port: 7
      verify: true
    delivery: { batch_size: 10, flush_interval: 5s, compression: gzip }
  - id: two
    type: acme_log
    config: { url: "https://acme.example", token: "${SECRET}" }
    filter: { class_uids: [3002] }
`;

let folder: DeploymentFolder;
beforeAll(async () => {
  folder = await createDeploymentFolder();
  await folder.install("acme-connector");
});
afterAll(() => folder.remove());

/** What fingers do to a file: they leave out, add, repeat and push aside. */
const slip = fc.oneof(
  fc.record({ kind: fc.constant("delete" as const), at: fc.nat(GOOD.length), length: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: fc.nat(GOOD.length),
    text: fc.constantFrom(
      " ",
      "\t",
      "\n",
      ":",
      "- ",
      '"',
      "{",
      "}",
      "[",
      "*",
      "&",
      "!",
      "|",
      ">",
      "@",
      "%",
      "#",
      "${",
      "---\n",
    ),
  }),
  fc.record({ kind: fc.constant("repeat" as const), line: fc.nat(14) }),
);

function slipped(
  text: string,
  slips: readonly (typeof slip extends fc.Arbitrary<infer Slip> ? Slip : never)[],
): string {
  let result = text;
  for (const one of slips) {
    if (one.kind === "delete") result = result.slice(0, one.at) + result.slice(one.at + one.length);
    else if (one.kind === "insert") result = result.slice(0, one.at) + one.text + result.slice(one.at);
    else {
      const lines = result.split("\n");
      result = lines.toSpliced(one.line, 0, lines[one.line] ?? "").join("\n");
    }
  }
  return result;
}

it("whatever slips do to a file, every problem has its place in it, and none tells a secret", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(slip, { minLength: 1, maxLength: 3 }), fc.boolean(), async (slips, isInVariable) => {
      const text = slipped(isInVariable ? GOOD.replaceAll(SECRET, REFERENCE) : GOOD, slips);
      await folder.write("siem.config.yaml", text);
      const environment = { ACME_SECRET: SECRET };
      const { problems } = await inspectDeployment({ environment, workingFolder: folder.path });
      const lines = text.split("\n").length;
      for (const { at } of problems) {
        if (at !== undefined) expect(at.line).toBeLessThanOrEqual(lines + 1);
      }
      // Whole, and by half: what is left of it once a slip has cut it.
      expect(JSON.stringify(problems)).not.toMatch(/c4n4ry|7f3a/);
      expect(problems.map(describeProblem).join("\n")).not.toMatch(/c4n4ry|7f3a/);
    }),
    { numRuns: 200 },
  );
});
