import { describe, expect, it } from "vitest";
import { addressOf } from "./endpoint.ts";
import { objectKey, partitionOf } from "./object-key.ts";

const time = Date.UTC(2026, 10, 30, 16, 5, 12, 345);
const first = { time, acceptedAt: time, classUid: 6003 };
const hash = "0123456789abcdef".repeat(4);
const layout = { prefix: "audit/arbitex", region: "eu-central-1", lake_source: "arbitex", lake_account_id: "external" };

describe("the name of an object", () => {
  it("is of a day, sorts by time, and follows from the bytes", () => {
    expect(objectKey({ ...layout, format: "ndjson" }, first, hash, "ndjson.gz")).toBe(
      "audit/arbitex/eventDay=20261130/20261130T160512Z-0123456789abcdef0123456789abcdef.ndjson.gz",
    );
  });

  it("is where Security Lake looks for a source, which has one class", () => {
    expect(objectKey({ ...layout, format: "parquet" }, first, hash, "parquet")).toBe(
      "ext/arbitex-6003/region=eu-central-1/accountId=external/eventDay=20261130/" +
        "20261130T160512Z-0123456789abcdef0123456789abcdef.parquet",
    );
  });

  it("is of the day on which the event was taken in where its own is none", () => {
    for (const wrong of [-1, 1e15, 8.64e15]) {
      expect(objectKey({ ...layout, format: "ndjson" }, { ...first, time: wrong }, hash, "x")).toContain("20261130");
    }
  });
});

it("keeps days apart, and classes for Security Lake", () => {
  const others = [first, { ...first, time: time + 86_400_000 }, { ...first, classUid: 3002 }];
  expect(new Set(others.map((record) => partitionOf("ndjson", record))).size).toBe(2);
  expect(new Set(others.map((record) => partitionOf("parquet", record))).size).toBe(3);
});

it.each([
  [{}, "https://audit.s3.eu-central-1.amazonaws.com/a/b%20c"],
  [{ region: "cn-north-1" }, "https://audit.s3.cn-north-1.amazonaws.com.cn/a/b%20c"],
  [{ bucket: "audit.example" }, "https://s3.eu-central-1.amazonaws.com/audit.example/a/b%20c"],
  [{ endpoint: "http://127.0.0.1:9000", path_style: true }, "http://127.0.0.1:9000/audit/a/b%20c"],
  [{ endpoint: "https://store.example/base/", path_style: true }, "https://store.example/base/audit/a/b%20c"],
  [{ endpoint: "https://store.example" }, "https://audit.store.example/a/b%20c"],
])("finds the address for %j", (settings, address) => {
  expect(addressOf({ bucket: "audit", region: "eu-central-1", path_style: false, ...settings }, "a/b c").href).toBe(
    address,
  );
});
