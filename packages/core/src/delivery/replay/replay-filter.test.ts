import { expect, it } from "vitest";
import { replayFilterOf } from "./replay-filter.ts";

const cel = 'actor.user.email_addr.endsWith("@example.com") && severity_id > 1';
const rule = (path: string) => [{ path: path.split("."), action: { kind: "drop" }, form: "text" } as const];

it.each([
  ["actor.user.email_addr", false],
  ["actor.user", false],
  ["actor.user.email_addr.domain", false],
  ["actor.user.email", true],
  ["message", true],
])("asks an expression again unless it reads what was redacted: %s", (path, isAsked) => {
  const filter = { minSeverityId: 1, cel };
  expect(replayFilterOf(filter, rule(path))).toEqual(isAsked ? filter : { minSeverityId: 1 });
});
