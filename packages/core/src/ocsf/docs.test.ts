import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type ActionMapping, actionTable } from "./audit/action.ts";
import { ClassUid, SeverityId, StatusId } from "./generated/enums.ts";
import { schemaPlans } from "./schema/schema-plans.ts";
import { validationErrorCodes, validationWarningCodes } from "./validation/codes.ts";

const page = readFileSync(fileURLToPath(new URL("../../../../docs/ocsf.md", import.meta.url)), "utf8");

const classes = {
  apiActivity: ClassUid.ApiActivity,
  finding: ClassUid.SecurityFinding,
  authentication: ClassUid.Authentication,
  accountChange: ClassUid.AccountChange,
} as const;

describe("docs/ocsf.md", () => {
  it("shows the table of actions as it is", () => {
    const shown = page.split("\n").filter((line) => /^\| `[\w.`, ]+` \| \d{4} \|/.test(line));
    expect(shown).toEqual(
      actionTable.map(({ names, mapping }) => {
        const words = names.map((name) => `\`${name}\``).join(", ");
        const severity = nameOf(SeverityId, mapping.severityId);
        return `| ${words} | ${classes[mapping.class]} | ${activity(mapping)} | ${severity} | ${status(mapping)} | ${detail(mapping)} |`;
      }),
    );
  });

  it("names every code", () => {
    for (const code of [...validationErrorCodes, ...validationWarningCodes]) expect(page).toContain(`\`${code}\``);
  });
});

function activity(mapping: ActionMapping): string {
  const plan = schemaPlans("base", []).classPlan(classes[mapping.class]);
  const captions = plan?.enums.find(({ name }) => name === "activity_id")?.captions;
  return `${mapping.activityId} ${mapping.activityName ?? captions?.get(String(mapping.activityId))}`;
}

function status(mapping: ActionMapping): string {
  if (mapping.class !== "finding") return nameOf(StatusId, mapping.statusId);
  return mapping.action === undefined ? "Unknown" : "Success";
}

function detail(mapping: ActionMapping): string {
  const parts = [
    mapping.class === "finding" ? mapping.action : undefined,
    mapping.detail,
    mapping.class === "authentication" && mapping.isMfa ? "`is_mfa`" : undefined,
    mapping.class === "authentication" && mapping.protocolId ? `protocol ${mapping.protocolId}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

function nameOf(constants: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(constants).find(([, candidate]) => candidate === value)?.[0] ?? "";
}
