import { describe, expect, it } from "vitest";
import { checksOf } from "./checks.ts";
import type { ConformanceSubject } from "./subject.ts";

/** Registers the conformance suite of a connector with vitest. Every package of a connector calls it in a test file. */
export function testConnector(subject: ConformanceSubject): void {
  const groups = checksOf(subject).map(({ name, checks }) => [name, checks] as const);
  describe.each(groups)("%s", (name, checks) => {
    it.for(checks.map((check) => [check.title, check] as const))(
      "%s",
      async ([title, { problems, leftOut }], context) => {
        const reason = await leftOut();
        if (reason !== undefined) {
          // In the report it is easily overlooked, and what is not checked must not look checked.
          process.stderr.write(`\nNOT CHECKED: ${name} ${title}. ${reason}\n`);
          context.skip(reason);
        }
        expect(await problems()).toEqual([]);
      },
    );
  });
}
