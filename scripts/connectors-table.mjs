// The tables of docs/connectors.md: what each connector says of itself in code, and what `proof.json` beside it says that code cannot:
//   protocol  how it speaks to its SIEM        auth       how it authenticates
//   settings  the least that its schema takes, from which limits and guarantee follow
//   remark    of the guarantee, where it depends on a setting
//   proofs    software that others wrote, with version and date, what was shown on it, and the test that shows it again
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { root } from "./bootstrap.mjs";

const text = z.string().min(1);

const proofSchema = z.strictObject({
  protocol: text,
  auth: text,
  settings: z.record(z.string(), z.unknown()),
  remark: text.optional(),
  proofs: z.array(
    z.strictObject({
      software: text,
      version: text,
      /**
       * `receiver`: it stored the events. `reader`: it read what was written. `client`: unmodified, it was content with the
       * simulator. `between`: it stood on the way.
       */
      role: z.enum(["receiver", "reader", "client", "between"]),
      date: z.iso.date(),
      shows: text,
      test: text.refine((path) => existsSync(join(root, path)), { error: "is no file here" }),
    }),
  ),
});

const ROLES = { receiver: "receiver", reader: "reader", client: "client of its vendor", between: "on the way" };

/** Both tables, of all connectors by their names. */
export async function connectorTables() {
  const connectors = await Promise.all(
    readdirSync(join(root, "packages"))
      .filter((name) => name.startsWith("connector-"))
      .map(readConnector),
  );
  const sorted = connectors.toSorted((a, b) => a.connector.displayName.localeCompare(b.connector.displayName));
  return { overview: overviewOf(sorted), proofs: proofsOf(sorted) };
}

async function readConnector(folder) {
  const { default: connector } = await import(pathToFileURL(join(root, "packages", folder, "dist/index.js")).href);
  const path = join(root, "packages", folder, "proof.json");
  if (!existsSync(path)) return { folder, connector, told: undefined };
  const told = proofSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!told.success) throw new Error(`${path}: ${z.prettifyError(told.error)}`);
  return { folder, connector, told: told.data };
}

function overviewOf(connectors) {
  return table(
    ["Connector", "Type", "Protocol", "Authentication", "Limits", "A good answer proves", "Proven on"],
    connectors.map(({ folder, connector, told }) => [
      `[${connector.displayName}](../packages/${folder})`,
      `\`${connector.type}\``,
      told?.protocol ?? "",
      told?.auth ?? "",
      told === undefined ? "" : limitsText(connector, told.settings),
      guaranteeText(connector, told),
      provenText(told?.proofs ?? []),
    ]),
  );
}

function proofsOf(connectors) {
  return table(
    ["Connector", "Software", "Version", "As", "Date", "Shown"],
    connectors.flatMap(({ connector, told }) =>
      (told?.proofs ?? []).map(({ software, version, role, date, shows, test }) => [
        connector.displayName,
        software,
        version,
        ROLES[role],
        date,
        `${shows} ([test](../${test}))`,
      ]),
    ),
  );
}

function limitsText({ limits, configSchema }, settings) {
  const { maxBatchBytes, maxBatchEvents, maxEventBytes, maxCompressedBytes } = resolved(limits, configSchema, settings);
  return [
    `${number(maxBatchBytes)} B a body`,
    ...(maxCompressedBytes === undefined ? [] : [`${number(maxCompressedBytes)} B compressed`]),
    ...(maxBatchEvents === undefined ? [] : [maxBatchEvents === 1 ? "1 event" : `${number(maxBatchEvents)} events`]),
    ...(maxEventBytes === undefined ? [] : [`${number(maxEventBytes)} B an event`]),
  ].join(", ");
}

function guaranteeText({ guarantee, configSchema }, told) {
  if (told === undefined) return typeof guarantee === "function" ? "" : guarantee;
  const usual = resolved(guarantee, configSchema, told.settings);
  return told.remark === undefined ? usual : `${usual}; ${told.remark}`;
}

function resolved(value, configSchema, settings) {
  return typeof value === "function" ? value(configSchema.parse(settings)) : value;
}

/** Receivers first: nothing proves more. */
function provenText(proofs) {
  const named = (...roles) => [...new Set(proofs.filter(({ role }) => roles.includes(role)).map(nameOf))].join(", ");
  const [receivers, clients] = [named("receiver", "reader"), named("client")];
  return [receivers || "no receiver to be had", clients && `its simulator by ${clients}`].filter(Boolean).join("; ");
}

function nameOf({ software, version }) {
  return `${software} ${version}`;
}

function number(value) {
  return value.toLocaleString("en-US");
}

function table(head, rows) {
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}

function line(cells) {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
