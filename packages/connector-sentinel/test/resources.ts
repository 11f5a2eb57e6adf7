import type { Column } from "../src/columns.ts";
import { allColumns } from "../src/columns.ts";

/** Whether the rule brings its own address, or uses one of a data collection endpoint (for private link). */
export type Variant = "direct" | "endpoint";

export const TABLE = "ArbitexAuditLogs_CL";
export const STREAM = "Custom-ArbitexAuditLogs";

export const apiVersions = {
  endpoint: "2023-03-11",
  role: "2022-04-01",
  rule: "2023-03-11",
  table: "2022-10-01",
} as const;

/** Azure's ids of built-in roles. */
export const roles = {
  /** Sending events. */
  monitoringMetricsPublisher: "3913510d-42f4-4e42-8a64-420c390055eb",
  /** Letting `check` compare the columns. */
  reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
} as const;

export const descriptions = {
  template: "Table, data collection rule and role for the events of Arbitex in Microsoft Sentinel.",
  workspaceName: "Log Analytics workspace of Sentinel, in this resource group.",
  location:
    "Region of the workspace, which need not be that of its resource group: rule and endpoint must be in the same.",
  ruleName: "Name of the data collection rule.",
  principalId: "Object id of the identity that sends: of the enterprise application, not of the app registration.",
  mayReadRule: "Also lets the identity read the rule, so that a check can compare the columns.",
} as const;

export function streamColumns(): readonly { name: string; type: string }[] {
  return allColumns.map(({ name, type }) => ({ name, type }));
}

/** The table's resource spells one of the types in its own way. */
export function tableColumns(): readonly { name: string; type: string }[] {
  return allColumns.map(({ name, type }) => ({ name, type: tableType(type) }));
}

function tableType(type: Column["type"]): string {
  return type === "datetime" ? "dateTime" : type;
}

function row({ name, type, description }: Column): string {
  return `| \`${name}\` | ${type} | ${description} |`;
}

/** The table of columns in the README. */
export function columnsMarkdown(): string {
  const plain = allColumns.filter(({ description }) => description === "");
  const types = [...new Set(plain.map(({ type }) => type))];
  const namesOf = (wanted: string) => plain.filter(({ type }) => type === wanted).map(({ name }) => `\`${name}\``);
  return [
    "| Column | Type | |",
    "| --- | --- | --- |",
    ...allColumns.filter(({ description }) => description !== "").map(row),
    "",
    "The event's other members at its top, as OCSF has them:",
    "",
    ...types.map((type) => `- ${type}: ${namesOf(type).join(", ")}`),
  ].join("\n");
}
