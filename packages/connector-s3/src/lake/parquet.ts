import { gzipSync } from "node:zlib";
import type { EventRecord } from "@arbitex/core";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import type { Column } from "./columns.ts";
import { columns } from "./columns.ts";
import { rowOf } from "./fit.ts";

type Element = NonNullable<Parameters<typeof parquetWrite>[0]["schema"]>[number];

const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;
const names = [...Object.keys(columns), "unmapped"];

/** The same schema for every object: without one, a column of integers would be inferred as 32 bits. */
const schema: readonly Element[] = [
  { name: "event", num_children: names.length },
  ...Object.entries(columns).flatMap(([name, column]) => elementsOf(name, column)),
  { name: "unmapped", repetition_type: "OPTIONAL", converted_type: "MAP", num_children: 1 },
  { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
  { name: "key", repetition_type: "REQUIRED", ...TEXT },
  { name: "value", repetition_type: "OPTIONAL", ...TEXT },
];

/** Writes events of one class as a Parquet file, in order of time. The same events give the same bytes. */
export function parquetOf(records: readonly Pick<EventRecord, "time" | "event">[]): Buffer {
  const rows = records.toSorted((one, other) => one.time - other.time).map((record) => rowOf(record.event()));
  const writer = new ByteWriter();
  // With columns in memory it does not wait and returns no promise.
  void parquetWrite({
    writer,
    schema: [...schema],
    codec: "GZIP",
    compressors: { GZIP: (bytes) => gzipSync(bytes, { level: 4 }) },
    columnData: names.map((name) => ({ name, data: rows.map((row) => row[name]) })),
    rowGroupSize: 100_000,
    createdBy: "arbitex connector-s3",
  });
  const { buffer, byteOffset, byteLength } = writer.getBytes();
  return Buffer.from(buffer, byteOffset, byteLength);
}

function elementsOf(name: string, column: Column): readonly Element[] {
  const own = { name, repetition_type: "OPTIONAL" } as const;
  if (typeof column === "object") {
    if ("struct" in column) {
      const members = Object.entries(column.struct);
      const inside = members.flatMap(([key, member]) => elementsOf(key, member));
      return [{ ...own, num_children: members.length }, ...inside];
    }
    const repeated = { name: "list", repetition_type: "REPEATED", num_children: 1 } as const;
    return [{ ...own, converted_type: "LIST", num_children: 1 }, repeated, ...elementsOf("element", column.list)];
  }
  switch (column) {
    case "string":
      return [{ ...own, ...TEXT }];
    case "integer":
      return [{ ...own, type: "INT32" }];
    case "long":
      return [{ ...own, type: "INT64" }];
    case "double":
      return [{ ...own, type: "DOUBLE" }];
    case "boolean":
      return [{ ...own, type: "BOOLEAN" }];
    default:
      return column satisfies never;
  }
}
