import { expect, it } from "vitest";
import { baseUrlOf, bulkUrl, headersOf, versionHeader, victoriaBulkUrl } from "./request.ts";
import { configSchema } from "./schema.ts";

const cloud_id = `deployment:${Buffer.from("example.com$abc$def").toString("base64")}`;

it("takes the URL before the Cloud ID, and keeps the path of a reverse proxy", () => {
  expect(baseUrlOf({ url: "https://es.example.com/search/", cloud_id })).toBe("https://es.example.com/search");
  expect(baseUrlOf({ cloud_id })).toBe("https://abc.example.com");
});

it("posts to the index, through the pipeline, and asks for a small reply", () => {
  const url = new URL(bulkUrl({ url: "https://es.example.com:9200", index: "größe+1", pipeline: "geo ip&x" }));
  expect(url.pathname).toBe("/gr%C3%B6%C3%9Fe%2B1/_bulk");
  expect(url.searchParams.get("pipeline")).toBe("geo ip&x");
  expect(url.searchParams.get("filter_path")?.split(",")).toContain("items.*.failure_store");
});

it.each([
  ["the encoded form", { api_key: "aWQ6a2V5" }, "ApiKey aWQ6a2V5"],
  ["id and key", { api_key: "id:key" }, "ApiKey aWQ6a2V5"],
  ["a key beside a user", { api_key: "id:key", username: "u", password: "p" }, "ApiKey aWQ6a2V5"],
  ["a user", { username: "user", password: "pä:ss" }, "Basic dXNlcjpww6Q6c3M="],
])("authorizes with %s", (_, credential, authorization) => {
  const config = configSchema.parse({ url: "https://es.example.com", ...credential });
  expect(headersOf(config, versionHeader)["authorization"]).toBe(authorization);
});

it("sends no credential where there is to be none", () => {
  const config = configSchema.parse({ url: "https://es.example.com", auth: "none" });
  expect(headersOf(config, versionHeader)).not.toHaveProperty("authorization");
});

it.each(["https://logs.example.com:9428", "https://logs.example.com:9428/insert/elasticsearch/"])(
  "finds VictoriaLogs' bulk API from %s, and makes the index a field",
  (url) => {
    const bulk = new URL(victoriaBulkUrl({ url, index: "audit-é" }));
    expect(bulk.origin + bulk.pathname).toBe("https://logs.example.com:9428/insert/elasticsearch/_bulk");
    expect(Object.fromEntries(bulk.searchParams)).toEqual({
      _time_field: "@timestamp",
      _msg_field: "message",
      _stream_fields: "index,class_uid",
      extra_fields: "index=audit-é",
    });
  },
);
