import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { commonAttributes } from "@arbitex/core/ocsf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { addedColumns, allColumns, eventColumns } from "./columns.ts";

const schemaFile = new URL("../../core/ocsf-schema/schema.json.gz", import.meta.url);
const attribute = z.object({ type: z.string(), is_array: z.boolean().optional() });
const schema = z
  .object({ classes: z.record(z.string(), z.object({ attributes: z.record(z.string(), attribute) })) })
  .parse(JSON.parse(gunzipSync(readFileSync(schemaFile)).toString()));
const ours = ["api_activity", "security_finding", "detection_finding", "authentication", "account_change"];

describe("the columns", () => {
  it("take every attribute that OCSF gives our classes, each with its type", () => {
    const wanted = new Map(
      ours.flatMap((name) =>
        Object.entries(schema.classes[name]?.attributes ?? {}).map(([key, given]): [string, string] => [
          key,
          typeOf(key, given),
        ]),
      ),
    );
    const columns = new Map(eventColumns.map(({ name, type }): [string, string] => [name, type]));
    expect(Object.fromEntries(columns)).toEqual(Object.fromEntries(wanted));
  });

  it("are the attributes by which the host tells an event without other members", () => {
    expect(eventColumns.map(({ name }) => name).toSorted()).toEqual(commonAttributes);
  });

  it("have names that Azure takes, each once", () => {
    const names = allColumns.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const reserved = ["_ResourceId", "id", "_SubscriptionId", "TenantId", "Type", "UniqueId", "Title"];
    expect(names.filter((name) => !/^[A-Za-z][A-Za-z0-9_]{0,44}$/.test(name) || reserved.includes(name))).toEqual([]);
  });

  it("include those that the platform documents", () => {
    const names = new Set(allColumns.map(({ name }) => name));
    const documented = [
      "TimeGenerated",
      "class_uid",
      "class_name",
      "severity",
      "actor_user_email",
      "actor_org_uid",
      "src_ip",
    ];
    expect(documented.filter((name) => !names.has(name))).toEqual([]);
  });

  it("that are added say where their value comes from", () => {
    expect(addedColumns.filter(({ description }) => description === "")).toEqual([]);
  });
});

/** Durations and counts may outgrow 32 bits. */
function typeOf(name: string, { type, is_array: isArray }: z.output<typeof attribute>): string {
  if (isArray === true || type === "object_t" || type === "json_t") return "dynamic";
  if (type === "integer_t") return name === "count" || name === "duration" ? "long" : "int";
  const types: Readonly<Record<string, string>> = {
    boolean_t: "boolean",
    datetime_t: "datetime",
    long_t: "long",
    string_t: "string",
    timestamp_t: "long",
  };
  return types[type] ?? `unknown ${type}`;
}
