// Teaches QRadar the fields and events of this connector through its REST API: custom event properties from properties.json,
// names of events (QID records and their mappings) from events.json. Creates what is missing, changes and deletes nothing.
//
//   QRADAR_CONSOLE=https://console.example.com QRADAR_SEC_TOKEN=… node apply.mjs [--format leef|cef] [--dry-run]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const LOG_SOURCE_TYPES = { leef: "Universal LEEF", cef: "Universal CEF" };
const PROPERTIES = "config/event_sources/custom_properties";
const CLASSIFICATION = "data_classification";

const { values } = parseArgs({
  options: { format: { type: "string", default: "leef" }, "dry-run": { type: "boolean", default: false } },
});
const { QRADAR_CONSOLE, QRADAR_SEC_TOKEN } = process.env;
const typeName = LOG_SOURCE_TYPES[values.format];
if (typeName === undefined || !QRADAR_CONSOLE || !QRADAR_SEC_TOKEN) {
  process.stderr.write(
    "Usage: QRADAR_CONSOLE=https://… QRADAR_SEC_TOKEN=… node apply.mjs [--format leef|cef] [--dry-run]\n",
  );
  process.exit(2);
}
const created = { properties: 0, expressions: 0, events: 0, mappings: 0 };
let version;
let type;

try {
  version = newest(await call("GET", "help/versions"));
  type = await find("config/event_sources/log_source_management/log_source_types", { name: typeName });
  if (type === undefined) throw new Error(`This QRadar has no log source type "${typeName}".`);
  for (const property of readJson("properties.json")) await applyProperty(property);
  for (const event of readJson("events.json")[values.format]) await applyEvent(event);
  process.stdout.write(`${values["dry-run"] ? "Would create" : "Created"}: ${JSON.stringify(created)}\n`);
} catch (error) {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  process.stderr.write(`${error.message}${cause}\n`);
  process.exitCode = 1;
}

/** The newest version of the API that this QRadar still has: each release drops old ones. */
function newest(versions) {
  const known = Array.isArray(versions) ? versions : [];
  const usable = known.filter(({ version: name, removed }) => /^\d+\.\d+$/.test(name) && removed !== true);
  const [first] = usable.map(({ version: name }) => name).toSorted((a, b) => Number(b) - Number(a));
  if (first !== undefined) return first;
  throw new Error(
    `${QRADAR_CONSOLE} names no version of a REST API that it still has: check that it is a QRadar console, 7.3 or later.`,
  );
}

async function applyProperty({ name, property_type, description, [values.format]: expression }) {
  if (expression === undefined) return;
  const property = await ensure(
    "properties",
    `${PROPERTIES}/regex_properties`,
    { name },
    {
      property_type,
      description,
      use_for_rule_engine: true,
    },
  );
  const parent = { regex_property_identifier: property.identifier, log_source_type_id: type.id, expression };
  await ensure("expressions", `${PROPERTIES}/property_${values.format}_expressions`, parent, { enabled: true });
}

async function applyEvent({ event_id, category, name, severity, low_level_category_id }) {
  const key = { name: `Arbitex ${name}`, log_source_type_id: type.id };
  const record = await ensure("events", `${CLASSIFICATION}/qid_records`, key, { severity, low_level_category_id });
  const mapping = { log_source_type_id: type.id, log_source_event_id: event_id, log_source_event_category: category };
  await ensure("mappings", `${CLASSIFICATION}/dsm_event_mappings`, mapping, { qid_record_id: record.id });
}

/** What is there already, or a new one. */
async function ensure(kind, path, key, rest) {
  const there = await find(path, key);
  if (there !== undefined) return there;
  created[kind]++;
  return values["dry-run"] ? { id: 0, identifier: "new" } : call("POST", path, { ...key, ...rest });
}

async function find(path, key) {
  const filter = Object.entries(key).map(
    ([name, value]) => `${name}=${typeof value === "number" ? value : quoted(value)}`,
  );
  const [first] = await call("GET", `${path}?filter=${encodeURIComponent(filter.join(" and "))}`);
  return first;
}

function quoted(text) {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

async function call(method, path, body) {
  const reply = await fetch(new URL(`/api/${path}`, QRADAR_CONSOLE), {
    method,
    // The token is for this console alone.
    redirect: "manual",
    headers: {
      SEC: QRADAR_SEC_TOKEN,
      ...(version !== undefined && { Version: version }),
      Accept: "application/json",
      "Content-Type": "application/json",
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${meaningOf(reply)}${text.slice(0, 300)}`.trim());
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${method} ${path}: the answer is no JSON. Check that ${QRADAR_CONSOLE} is a QRadar console.`);
  }
}

function meaningOf({ status, headers }) {
  if (status >= 300 && status < 400) return `leads to ${headers.get("location")}: set QRADAR_CONSOLE to that address. `;
  if (status === 401) return "QRADAR_SEC_TOKEN is not known there, or its changes are not deployed. ";
  return status === 403 ? "QRADAR_SEC_TOKEN may not do that: its role needs to administer. " : "";
}

function readJson(name) {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}
