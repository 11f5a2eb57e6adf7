import { z } from "zod";
import { readRedaction } from "../../redaction/read-redaction.ts";
import type { RedactAction, RedactRule } from "../../redaction/redact-rule.ts";
import type { Naming } from "./config-problems.ts";
import { problem } from "./config-problems.ts";
import type { ConfigProblem } from "./problem.ts";

const MOST_RULES = 50;
const MOST_LAST = 100;

const actionError = "expected drop, mask, hmac or { keep_last: 4 }";
const action = z.union(
  [z.enum(["drop", "mask", "hmac"]), z.strictObject({ keep_last: z.int().min(1).max(MOST_LAST) })],
  { error: actionError },
);

/** `actor.user.email_addr=hmac` or `payment.card=keep_last:4`, as variables have it. */
const asText = z.string().transform((text, context) => {
  const [, path = "", word = "", count] = /^([^=]+)=(drop|mask|hmac|keep_last:(\d{1,3}))$/.exec(text.trim()) ?? [];
  if (path === "") {
    context.addIssue({ code: "custom", message: "expected PATH=ACTION, such as actor.user.email_addr=hmac" });
    return z.NEVER;
  }
  return { path, action: action.parse(count === undefined ? word : { keep_last: Number(count) }) };
});

const rule = z.union([z.strictObject({ path: z.string().min(1), action }), asText]);

/** Schema of `redact`, as users write it. Whether events stay valid is judged together with the filter. */
export const redactSetting = z
  .array(rule)
  .max(MOST_RULES)
  .meta({
    description: "What is left out of events or replaced in them: a list of `path` and `action` (nothing).",
    examples: [[{ path: "actor.user.email_addr", action: "hmac" }]],
  });

export type WrittenRedactions = z.output<typeof redactSetting>;

/** Reads redactions. Returns every problem, named by its place in the list. */
export function redactRulesOf(
  written: WrittenRedactions,
  naming: Naming,
  classUids?: readonly number[],
): { readonly rules: readonly RedactRule[]; readonly problems: readonly ConfigProblem[] } {
  const rules: RedactRule[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, { path, action: asWritten }] of written.entries()) {
    const result = readRedaction({ path, action: actionOf(asWritten) }, classUids);
    if ("rule" in result) rules.push(result.rule);
    else {
      const place = ["redact", index];
      problems.push(problem({ ...result.problem, path: naming.name(place), at: naming.at?.(place, "value") }));
    }
  }
  return { rules, problems };
}

function actionOf(written: WrittenRedactions[number]["action"]): RedactAction {
  return typeof written === "string" ? { kind: written } : { kind: "keep last", count: written.keep_last };
}
