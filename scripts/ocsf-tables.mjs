// Tables of docs/ocsf.md about audit records, made by the mapping itself.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./bootstrap.mjs";

const load = (file) => import(pathToFileURL(join(root, "packages/core/dist/ocsf", file)).href);
const { actionTable, fromAuditRecord, SeverityId } = await load("index.js");
const { outcomeWords } = await load("audit/outcome.js");
const { severityOfOutcome, statusOfOutcome } = await load("audit/judgement.js");
const { measureOfWord, severityOfFinding, wordsOfFound } = await load("audit/finding-severity.js");
const { fieldPaths } = await load("audit/audit-record-fields.js");

const statusNames = { 0: "Unknown", 1: "Success", 2: "Failure" };
const classNames = { apiActivity: "6003", authentication: "3002", accountChange: "3001" };

export function outcomeTable() {
  const classes = Object.keys(classNames);
  return table(
    ["outcome", "words", "status", ...classes.map((name) => `severity on ${classNames[name]}`)],
    Object.entries(outcomeWords).map(([outcome, words]) => [
      outcome,
      codes(words),
      statusNames[statusOfOutcome[outcome]],
      ...classes.map((name) => severityName(severityOfOutcome[name][outcome])),
    ]),
  );
}

export function findingTable() {
  const measures = ["stopped", "averted", "let through", "undecided", "unsaid"];
  const titles = measures.map((measure) =>
    wordsOf(measure).length === 0 ? measure : `${measure}: ${codes(wordsOf(measure))}`,
  );
  return table(
    ["found", "words in `entity_type` or a label", ...titles],
    Object.entries(severityOfFinding).map(([found, byMeasure]) => [
      found,
      found in wordsOfFound ? codes(wordsOfFound[found]) : found === "other" ? "any other" : "none",
      ...measures.map((measure) => severityName(byMeasure[measure])),
    ]),
  );
}

export function fieldTable() {
  const byPaths = new Map();
  for (const [field, paths] of Object.entries(fieldPaths)) {
    const shown = codes(paths.filter((path) => !path.startsWith("evidences.")));
    byPaths.set(shown, [...(byPaths.get(shown) ?? []), field]);
  }
  return table(
    ["field of the audit record", "attribute"],
    [...byPaths].map(([paths, fields]) => [codes(fields), paths]),
  );
}

/** What an audit record says of its outcome, for each class. */
const said = {
  apiActivity: [
    {},
    { outcome: "ALLOW" },
    { outcome: "REDACT" },
    { outcome: "BLOCK" },
    { outcome: "ERROR" },
    { status_code: 403 },
    { status_code: 429 },
    { status_code: 502 },
  ],
  authentication: [{}, { outcome: "SUCCESS" }, { outcome: "FAILURE" }, { outcome: "BLOCK" }],
  accountChange: [{}, { outcome: "SUCCESS" }, { outcome: "FAILURE" }, { outcome: "DENIED" }],
  finding: [
    {},
    { action_taken: "BLOCK" },
    { action_taken: "REDACT" },
    { action_taken: "CANCEL" },
    { action_taken: "SKIP" },
    { outcome: "ERROR" },
  ],
};

const facts = {
  timestamp: "2026-11-30T09:00:00Z",
  user_name: "Ada",
  src_ip: "203.0.113.7",
};

export function actionsTable() {
  const rows = actionTable.flatMap(({ names, mapping }) => {
    const outcomes = mapping.class === "finding" && mapping.decision !== undefined ? [{}] : said[mapping.class];
    return outcomes.map((outcome) => {
      const { event } = fromAuditRecord({ ...facts, ...details(mapping), ...outcome, action: names[0] });
      return [
        codes(names),
        Object.entries(outcome)
          .map(([field, value]) => `${field} \`${value}\``)
          .join(", "),
        String(event.class_uid),
        `${event.activity_id} ${event.activity_name}`,
        event.status,
        event.severity,
        event.message,
      ];
    });
  });
  return table(["action", "the audit record says", "class", "activity", "status", "severity", "message"], rows);
}

function wordsOf(measure) {
  return Object.keys(measureOfWord).filter((word) => measureOfWord[word] === measure);
}

function details(mapping) {
  if (mapping.class === "apiActivity") return { provider: "openai", model_id: "gpt-4o" };
  if (mapping.class !== "accountChange") return {};
  const target = { target_user_name: "Bob" };
  if (mapping.activityId === 7 || mapping.activityId === 8) return { ...target, role: "auditor" };
  if (mapping.activityName?.startsWith("Group")) return { ...target, group: "Analysts" };
  if (mapping.activityName?.startsWith("API Key")) return { key_id: "key-1" };
  return mapping.activityName?.startsWith("Policy") ? { policy_name: "pci" } : target;
}

function severityName(id) {
  return Object.entries(SeverityId).find(([, value]) => value === id)?.[0];
}

function codes(words) {
  return words.map((word) => `\`${word}\``).join(", ");
}

function table(head, rows) {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
