import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { isObject } from "../simulator/json.ts";
import type { BulkSimulator, BulkSimulatorOptions } from "./bulk-simulator.ts";
import { startBulkSimulator } from "./bulk-simulator.ts";

let search: BulkSimulator;

afterEach(() => search.close());

async function start(options: BulkSimulatorOptions = {}) {
  search = await startBulkSimulator(options);
}

async function send(path: string, body: string | Buffer | undefined, headers: Record<string, string> = {}) {
  const reply = await fetch(`${search.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { ...(body !== undefined && { "content-type": "application/x-ndjson" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : new Uint8Array(body) }),
  });
  const text = await reply.text();
  return {
    status: reply.status,
    headers: reply.headers,
    text,
    json: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

const line = (id: string, document: unknown = { "@timestamp": "2026-01-15T08:00:00Z" }, action = "create") =>
  `${JSON.stringify({ [action]: { _id: id } })}\n${typeof document === "string" ? document : JSON.stringify(document)}\n`;

const item = (reply: { json: unknown }, position = 0): unknown => {
  const items: unknown = isObject(reply.json) ? reply.json["items"] : undefined;
  const entry: unknown = Array.isArray(items) ? items[position] : undefined;
  return isObject(entry) ? Object.values(entry)[0] : undefined;
};

describe("items", () => {
  it("creates documents in a data stream's backing index, with the recorded shape", async () => {
    await start();
    const reply = await send("/arbitex-ocsf/_bulk", line("a") + line("b"));
    const created = {
      _index: ".ds-arbitex-ocsf-2026.11.22-000001",
      _id: "a",
      _version: 1,
      result: "created",
      _shards: { total: 1, successful: 1, failed: 0 },
      _seq_no: 0,
      _primary_term: 1,
      status: 201,
    };
    expect(reply.json).toEqual({
      errors: false,
      took: 1,
      items: [{ create: created }, { create: { ...created, _id: "b", _seq_no: 1 } }],
    });
    expect(reply.headers.get("x-elastic-product")).toBe("Elasticsearch");
    expect(search.stored.map(({ index, id }) => [index, id])).toEqual([
      ["arbitex-ocsf", "a"],
      ["arbitex-ocsf", "b"],
    ]);
  });

  it("refuses a repeated create with a conflict and stores it once", async () => {
    await start();
    await send("/_bulk", '{"create":{"_index":"plain","_id":"a"}}\n{}\n');
    const reply = await send("/plain/_bulk", line("a", {}) + line("b", {}));
    expect(reply.json).toMatchObject({ errors: true });
    expect(item(reply)).toMatchObject({
      status: 409,
      error: {
        type: "version_conflict_engine_exception",
        reason: "[a]: version conflict, document already exists (current version [1])",
      },
    });
    expect(item(reply, 1)).toMatchObject({ status: 201 });
    expect(search.counts()).toMatchObject({ stored: 2, repeated: 1, refused: 0 });
  });

  it("keeps one id in each of two indices", async () => {
    await start();
    await send("/one/_bulk", line("a", {}));
    expect(item(await send("/two/_bulk", line("a", {})))).toMatchObject({ status: 201 });
    expect((await send("/two/_count", undefined)).json).toMatchObject({ count: 1 });
  });

  it("takes an index action into a plain index, over an older version too", async () => {
    await start();
    await send("/plain/_bulk", line("a", {}, "index"));
    expect(item(await send("/plain/_bulk", line("a", {}, "index")))).toMatchObject({ result: "updated", status: 200 });
  });

  it("takes only create, and only with a timestamp, into a data stream", async () => {
    await start();
    const reply = await send("/logs-arbitex.ocsf-default/_bulk", line("a", undefined, "index") + line("b", {}));
    expect(item(reply)).toMatchObject({ status: 400, error: { type: "illegal_argument_exception" } });
    expect(item(reply, 1)).toMatchObject({
      status: 400,
      error: {
        type: "document_parsing_exception",
        caused_by: { reason: "data stream timestamp field [@timestamp] is missing" },
      },
    });
    expect(search.counts().refused).toBe(2);
  });

  it("refuses documents that do not fit the mapping or are no JSON, and takes the others", async () => {
    await start({ mapping: { "ocsf.severity_id": "long" } });
    const documents = [{ ocsf: { severity_id: 1 } }, { ocsf: { severity_id: "high" } }, '{"a": broken', {}];
    const reply = await send("/plain/_bulk", documents.map((document, id) => line(String(id), document)).join(""));
    const statuses = documents.map((_document, position) => item(reply, position));
    expect(statuses).toMatchObject([{ status: 201 }, { status: 400 }, { status: 400 }, { status: 201 }]);
    expect(item(reply, 1)).toMatchObject({
      error: { reason: expect.stringContaining("Preview of field's value: 'high'") },
    });
    expect(search.ids).toEqual(["0", "3"]);
  });

  it("keeps a bad document aside when the failure store is on, and calls that no error", async () => {
    await start({ mapping: { n: "long" }, failureStore: "used" });
    const reply = await send("/logs-a-b/_bulk", line("a", { "@timestamp": 1, n: "x" }));
    expect(reply.json).toMatchObject({ errors: false });
    expect(item(reply)).toMatchObject({ status: 201, failure_store: "used", _index: expect.stringMatching(/^\.fs-/) });
    expect(search.counts()).toMatchObject({ stored: 0, refused: 1 });
  });

  it("says when the failure store could have helped", async () => {
    await start({ mapping: { n: "long" }, failureStore: "not_enabled" });
    const reply = await send("/logs-a-b/_bulk", line("a", { "@timestamp": 1, n: "x" }));
    expect(item(reply)).toMatchObject({ status: 400, failure_store: "not_enabled", error: {} });
  });

  it("has no index that it was not given", async () => {
    await start({ indices: ["here"] });
    const reply = await send(
      "/_bulk",
      `{"create":{"_index":"gone","_id":"1"}}\n{}\n{"create":{"_index":"here"}}\n{}\n`,
    );
    expect(item(reply)).toMatchObject({
      status: 404,
      error: { reason: "no such index [gone] and [action.auto_create_index] is [false]" },
    });
    expect(item(reply, 1)).toMatchObject({ status: 201, _id: expect.stringMatching(/^.{20}$/) });
    expect((await send("/gone/_count", undefined)).status).toBe(404);
  });

  it.each([
    ["write", 403, "a"],
    ["read_only_allow_delete", 429, "a"],
    ["closed", 400, null],
  ] as const)("refuses items of an index that is blocked by %s", async (block, status, id) => {
    await start();
    search.setBlock("plain", block);
    expect(item(await send("/plain/_bulk", line("a", {})))).toMatchObject({ status, _id: id });
    search.setBlock("plain", undefined);
    expect(item(await send("/plain/_bulk", line("a", {})))).toMatchObject({ status: 201 });
  });

  it.each([
    [400, "document_parsing_exception", 1],
    [429, "es_rejected_execution_exception", 0],
    [503, "unavailable_shards_exception", 0],
  ])("refuses one random item with %i when told so", async (status, type, refused) => {
    await start();
    search.faults.script([{ kind: "partial", status }]);
    const reply = await send("/plain/_bulk", line("a", {}) + line("b", {}) + line("c", {}));
    const failed = [0, 1, 2]
      .map((position) => item(reply, position))
      .filter((entry) => Object.hasOwn(Object(entry), "error"));
    expect(failed).toMatchObject([{ status, error: { type } }]);
    expect(search.counts()).toMatchObject({ stored: 2, refused });
  });

  it("knows what each fault of a query does to every item", async () => {
    await start({ privileges: ["create_doc"] });
    expect(item(await send("/plain/_bulk", line("a", {}, "index")))).toMatchObject({ status: 403 });
    expect(item(await send("/plain/_bulk?pipeline=no", line("a", {})))).toMatchObject({ status: 400 });
    expect(item(await send("/plain/_bulk?require_data_stream=true", line("a", {})))).toMatchObject({ status: 404 });
    expect(search.stored).toEqual([]);
  });
});

describe("whole requests", () => {
  it.each([
    ["no line feed at the end", line("a", {}).trimEnd(), "The bulk request must be terminated by a newline [\\n]"],
    ["no body", "", "request body is required"],
    [
      "an unknown action",
      `${line("a", {})}${line("b", {}, "nosuch")}`,
      "Malformed action/metadata line [3], expected field",
    ],
    ["a broken action", `${line("a", {})}{"create": \n{}\n`, "Unexpected end of file"],
    [
      "an id over 512 bytes",
      line("a", {}) + line("x".repeat(600), {}),
      "is too long, must be no longer than 512 bytes",
    ],
  ])("refuses %s and writes nothing", async (_name, body, reason) => {
    await start();
    const reply = await send("/plain/_bulk", body);
    expect([reply.status, reply.json]).toEqual([
      400,
      { status: 400, error: expect.objectContaining({ reason: expect.stringContaining(reason) }) },
    ]);
    expect(search.stored).toEqual([]);
  });

  it("refuses a body over the limit with an empty 413, packed or not", async () => {
    await start({ maxBodyBytes: 200 });
    const body = line("a", { text: "x".repeat(300) });
    const replies = [
      await send("/plain/_bulk", body),
      await send("/plain/_bulk", gzipSync(body), { "content-encoding": "gzip" }),
    ];
    expect(replies.map(({ status, text }) => [status, text])).toEqual([
      [413, ""],
      [413, ""],
    ]);
    expect(replies[0]?.headers.get("x-elastic-product")).toBeNull();
  });

  it("unpacks gzip, resets on what is not gzip, and misses the end of what is cut short", async () => {
    await start();
    const packed = gzipSync(line("a", {}));
    const gzip = { "content-encoding": "gzip" };
    expect((await send("/plain/_bulk", packed, gzip)).status).toBe(200);
    await expect(send("/plain/_bulk", line("b", {}), gzip)).rejects.toThrow("fetch failed");
    const cut = await send("/plain/_bulk", gzipSync(line("c", { text: "x" })).subarray(0, -12), gzip);
    expect(cut.status).toBe(400);
  });

  it.each([
    ["text/plain", 406, "Content-Type header [text/plain] is not supported"],
    ["application/vnd.elasticsearch+x-ndjson; compatible-with=9", 400, "Invalid media-type value on headers"],
  ])("refuses the content type %s", async (contentType, status, reason) => {
    await start();
    const reply = await send("/plain/_bulk", line("a", {}), { "content-type": contentType, accept: contentType });
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(reason);
  });

  it("wants a valid credential once it has one", async () => {
    await start({ apiKey: "aWQ6a2V5", username: "elastic", password: "pw" });
    const missing = await send("/plain/_bulk", line("a", {}));
    expect([missing.status, missing.json]).toMatchObject([401, { error: { type: "security_exception" }, status: 401 }]);
    expect((await send("/plain/_bulk", line("a", {}), { authorization: "ApiKey wrong" })).status).toBe(401);
    expect((await send("/plain/_bulk", line("a", {}), { authorization: "ApiKey aWQ6a2V5" })).status).toBe(200);
    const basic = `Basic ${Buffer.from("elastic:pw").toString("base64")}`;
    expect((await send("/plain/_bulk", line("b", {}), { authorization: basic })).status).toBe(200);
  });

  it("tells its version, what a credential may do, and what it does not know", async () => {
    await start({ privileges: ["create_doc"], buildFlavor: "serverless" });
    expect((await send("/", undefined)).json).toMatchObject({
      version: { build_flavor: "serverless" },
      tagline: "You Know, for Search",
    });
    const asked = { index: [{ names: ["arbitex-ocsf"], privileges: ["create_doc", "auto_configure"] }] };
    const privileges = await send("/_security/user/_has_privileges", JSON.stringify(asked), {
      "content-type": "application/json",
    });
    expect(privileges.json).toMatchObject({
      has_all_requested: false,
      index: { "arbitex-ocsf": { create_doc: true, auto_configure: false } },
    });
    expect((await send("/_xpack", undefined)).json).toEqual({
      error: "no handler found for uri [/_xpack] and method [GET]",
    });
    expect((await send("/_bulk", undefined)).status).toBe(405);
  });

  it("cuts its reply down to a filter path", async () => {
    await start();
    await send("/plain/_bulk", line("a", {}));
    const path = "/plain/_bulk?filter_path=errors,items.*.status,items.*.error.type";
    expect((await send(path, line("a", {}) + line("b", {}))).json).toEqual({
      errors: true,
      items: [
        { create: { status: 409, error: { type: "version_conflict_engine_exception" } } },
        { create: { status: 201 } },
      ],
    });
    const errorsOnly = await send("/plain/_bulk?filter_path=**.reason", line("a", {}) + line("c", {}));
    expect(errorsOnly.json).toEqual({ items: [{ create: { error: { reason: expect.any(String) } } }] });
  });

  it("has OpenSearch's manners when told so", async () => {
    await start({ product: "opensearch", mapping: { n: "long" } });
    const reply = await send("/plain/_bulk", line("a", { n: "x" }));
    expect(item(reply)).toMatchObject({ error: { type: "mapper_parsing_exception" } });
    expect(reply.headers.get("x-elastic-product")).toBeNull();
    const versioned = "application/vnd.elasticsearch+x-ndjson; compatible-with=8";
    expect((await send("/plain/_bulk", line("a", {}), { "content-type": versioned })).status).toBe(406);
  });
});

it("counts the same, whatever it keeps", async () => {
  for (const keep of ["all", "ids", "count"] as const) {
    await start({ keep });
    await send("/arbitex-ocsf/_bulk", line("a") + line("b") + line("c", {}));
    await send("/arbitex-ocsf/_bulk", line("b") + line("d"));
    expect(search.counts()).toEqual({ requests: 2, stored: 3, repeated: 1, refused: 1 });
    await search.close();
  }
});
