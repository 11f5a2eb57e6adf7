// Teaches QRadar the fields and events of this connector through its REST API: custom event properties from properties.json,
// names of events (QID records and their mappings) from events.json. Creates what is missing, changes and deletes nothing.
//
//   QRADAR_CONSOLE=https://console.example.com QRADAR_SEC_TOKEN=… node apply.mjs [--format leef|cef] [--dry-run]
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const API_VERSION = "17.0";
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

const type = await find("config/event_sources/log_source_management/log_source_types", { name: typeName });
if (type === undefined) throw new Error(`This QRadar has no log source type "${typeName}".`);
for (const property of readJson("properties.json")) await applyProperty(property);
// How Universal CEF divides event id and category is for the DSM Editor to show.
if (values.format === "leef") for (const event of readJson("events.json")) await applyEvent(event);
process.stdout.write(`${values["dry-run"] ? "Would create" : "Created"}: ${JSON.stringify(created)}\n`);

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
    headers: {
      SEC: QRADAR_SEC_TOKEN,
      Version: API_VERSION,
      Accept: "application/json",
      "Content-Type": "application/json",
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${(await reply.text()).slice(0, 300)}`);
  return reply.json();
}

function readJson(name) {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}
