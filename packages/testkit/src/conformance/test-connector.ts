import { describe, expect, it } from "vitest";
import { LONGEST_CHECK_MS } from "./check.ts";
import { checksOf } from "./checks.ts";
import type { ConformanceSubject } from "./subject.ts";

/** Registers a connector's conformance suite with vitest. Call it in a test file of the connector's package. */
export function testConnector(subject: ConformanceSubject): void {
  const groups = checksOf(subject).map(({ name, checks }) => [name, checks] as const);
  describe.each(groups)("%s", (name, checks) => {
    it.for(checks.map((check) => [check.title, check] as const))(
      "%s",
      { timeout: LONGEST_CHECK_MS },
      async ([title, { problems, leftOut }], context) => {
        const reason = await leftOut();
        if (reason !== undefined) {
          // Printed on stderr too: a skipped check is easily overlooked in the report.
          process.stderr.write(`\nNOT CHECKED: ${name} ${title}. ${reason}\n`);
          context.skip(reason);
        }
        expect(await problems()).toEqual([]);
      },
    );
  });
}
