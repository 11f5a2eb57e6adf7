import type { EventRecord, HttpReply, SendResult } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createTestBatch } from "@arbitex/testkit";
import { describe, expect, it } from "vitest";
import { classifyBulk } from "./classify.ts";
import { createEncode } from "./encode.ts";
import { elastic } from "./index.ts";

const stored = { status: 201 };
const conflict = failed(
  409,
  "version_conflict_engine_exception",
  "[ev-1]: version conflict, document already exists (current version [1])",
);
const overload = failed(
  429,
  "es_rejected_execution_exception",
  "rejected execution of TimedRunnable{original=org.elasticsearch.action.support.replication.TransportWriteAction}",
);
const badField = {
  status: 400,
  error: {
    type: "document_parsing_exception",
    reason:
      "[1:48] failed to parse field [seq] of type [long] in document with id 'm2'. Preview of field's value: 'not a number'",
    caused_by: { reason: 'For input string: "not a number"' },
  },
};

describe("a reply in which every event is stored", () => {
  it("is accepted", () => {
    expect(classify([stored, stored, stored])).toEqual({ kind: "accepted" });
  });

  it.each([
    ["stored by an earlier attempt", conflict],
    ["dropped by the pipeline", { status: 200 }],
    ["stored under an id that the pipeline gave it", { ...stored, _id: "fingerprint" }],
    ["stored in a data stream that has a failure store", { ...stored, failure_store: "not_enabled" }],
  ])("is accepted when an event was %s", (_, item) => {
    expect(classify([stored, item, stored])).toEqual({ kind: "accepted" });
  });
});

describe("a reply that is only nearly the usual one", () => {
  const usual = JSON.stringify({ items: items([stored, stored]) });

  it.each([
    ["names the events in another order", usual.replace("ev-0", "?").replace("ev-1", "ev-0").replace("?", "ev-1")],
    ["has one item too few", JSON.stringify({ items: items([stored]) })],
    ["has one item too many", JSON.stringify({ items: items([stored, stored, stored]) })],
    ["ends early", usual.slice(0, -1)],
    ["goes on", `${usual}]`],
    ["has no comma between its items", usual.replace("},{", "} {")],
  ])("is not taken for it: it %s", (_, text) => {
    expect(text).not.toBe(usual);
    expect(classifyText(200, text)).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("is understood with spaces in it", () => {
    expect(classifyText(200, JSON.stringify(JSON.parse(usual), undefined, 1))).toEqual({ kind: "accepted" });
  });
});

describe("an event that is refused alone", () => {
  it.each([
    [
      "its field does not fit (Elasticsearch)",
      badField,
      "400 document_parsing_exception: [1:48] failed to parse field",
    ],
    [
      "its field does not fit (OpenSearch, before 8.9)",
      {
        status: 400,
        error: {
          type: "mapper_parsing_exception",
          reason: "failed to parse",
          caused_by: { reason: "Duplicate field 'a'" },
        },
      },
      "400 mapper_parsing_exception: failed to parse: Duplicate field 'a'",
    ],
    [
      "its field is not in a strict mapping",
      failed(400, "strict_dynamic_mapping_exception", "[1:78] mapping set to strict, dynamic introduction of [stray]"),
      "400 strict_dynamic_mapping_exception",
    ],
    [
      "a term is too long",
      failed(400, "illegal_argument_exception", 'Document contains at least one immense term in field="a"'),
      "400 illegal_argument_exception",
    ],
    [
      "the pipeline fails it",
      failed(500, "fail_processor_exception", "seq {{seq}} refused"),
      "the pipeline refused it: 500 fail_processor_exception",
    ],
    [
      "it went to the failure store",
      { ...stored, failure_store: "used" },
      "it did not fit the mapping or the pipeline",
    ],
    [
      "the failure store could not keep it",
      { ...badField, failure_store: "failed" },
      "(the failure store could not keep it either)",
    ],
    [
      "it quotes what would suspend its destination",
      failed(400, "document_parsing_exception", "failed to parse, value: 'pipeline with id [x] does not exist'"),
      "400 document_parsing_exception",
    ],
    [
      "it quotes that in the reason of a bad argument",
      failed(400, "illegal_argument_exception", "field [a] has the value [no write index is defined for alias [x]]"),
      "400 illegal_argument_exception",
    ],
    ["it has no reason", { status: 400, error: { type: "some_exception", reason: null } }, "400 some_exception:"],
  ])("is rejected when %s", (_, item, reason) => {
    expect(classify([stored, item, conflict])).toEqual({
      kind: "partial",
      failures: [
        {
          index: 1,
          outcome: "rejected",
          reason: expect.stringContaining(reason),
        },
      ],
    });
  });

  it.each([
    ["the write queue is full (Elasticsearch)", overload],
    ["the write queue is full (OpenSearch)", failed(429, "rejected_execution_exception", "rejected execution")],
    ["a circuit breaker trips", failed(429, "circuit_breaking_exception", "[parent] Data too large")],
    ["too few shards are there", failed(503, "unavailable_shards_exception", "[a][0] Not enough active copies")],
    ["the node is in trouble", failed(500, "i_o_exception", "No space left on device")],
    ["a gateway gives up", failed(504, "timeout_exception", "failed to process cluster event")],
    ["a conflict is not with the event itself", failed(409, "index_primary_shard_not_allocated_exception", "[a]")],
    ["it has a status but no error", { status: 500 }],
  ])("is tried again when %s", (_, item) => {
    expect(classify([stored, item, badField])).toMatchObject({
      kind: "partial",
      failures: [
        { index: 1, outcome: "retry" },
        { index: 2, outcome: "rejected" },
      ],
    });
  });

  it("says that the disk is full, for that may last for days", () => {
    const flood = failed(
      429,
      "cluster_block_exception",
      "index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];",
    );
    expect(classify([flood])).toEqual({
      kind: "retry",
      reason: expect.stringMatching(/^the disk is too full, until space is made it takes no event: 429 cluster_block/),
    });
  });

  it("has a short reason on one line", () => {
    const [failure] = failuresOf(classify([stored, failed(400, "x_exception", `a\n at ${"b".repeat(5000)}`)]));
    expect(failure?.reason).toMatch(/^400 x_exception: a at b+…$/);
    expect(failure?.reason.length).toBeLessThan(320);
  });
});

it("takes a reply in which nothing was stored and all may be later for a retry of the whole", () => {
  expect(classify([overload, overload])).toMatchObject({
    kind: "retry",
    reason: expect.stringContaining("429 es_rej"),
  });
});

describe("a destination that takes no event", () => {
  it.each([
    [
      "the index is missing",
      failed(404, "index_not_found_exception", "no such index [audit] and [action.auto_create_index] is [false]"),
      "Create the index",
    ],
    ["the index is closed", { _id: null, ...failed(400, "index_closed_exception", "closed") }, "Open the index"],
    [
      "the index is blocked",
      failed(403, "cluster_block_exception", "index [a] blocked by: [FORBIDDEN/8/index write (api)];"),
      "Remove the write block",
    ],
    [
      "the credential lacks a right",
      failed(403, "security_exception", "action [indices:data/write/bulk[s]] is unauthorized for API key"),
      "create_doc",
    ],
    [
      "OpenSearch creates no index",
      failed(403, "index_create_block_exception", "blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];"),
      "make space",
    ],
    ["a 403 is of an unknown kind", failed(403, "some_exception", "no"), "create_doc"],
    ["a 404 is of an unknown kind", failed(404, "some_exception", "no"), "Check url and index"],
    [
      "the cluster has all the shards it may have",
      failed(400, "validation_exception", "Validation Failed: 1: this action would add [2] shards"),
      "max_shards_per_node",
    ],
    [
      "the name is refused",
      failed(400, "invalid_index_name_exception", "Invalid index name [_x], must not start with '_'."),
      "Choose a name",
    ],
    [
      "the pipeline is missing",
      {
        _id: "auto-generated",
        ...failed(400, "illegal_argument_exception", "pipeline with id [no-such] does not exist"),
      },
      "Create the ingest pipeline",
    ],
    [
      "the alias has no write index",
      failed(400, "illegal_argument_exception", "no write index is defined for alias [audit]. The write index may be"),
      "write index",
    ],
  ])("is suspended when %s, although other events were stored", (_, item, fix) => {
    expect(classify([stored, item, badField])).toMatchObject({ kind: "suspend", fix: expect.stringContaining(fix) });
  });
});

describe("a reply that does not account for every event", () => {
  const good = { items: items([stored, stored]) };

  it.each([
    ["has too few items", { items: items([stored]) }],
    ["has too many items", { items: items([stored, stored, stored]) }],
    ["has no items", {}],
    ["is in another order", { items: items([stored, stored]).toReversed() }],
    ["names one event twice", { items: [...items([stored]), ...items([stored])] }],
    ["is about another action", { items: good.items.map(({ create }) => ({ index: create })) }],
    ["has an item without a status", { items: items([stored, {}]) }],
    ["is a list", good.items],
    ["is cut", JSON.stringify(good).slice(0, -5)],
    ["is empty", ""],
    ["is a web page", "<!DOCTYPE html><title>Welcome</title>"],
  ])("is never success when it %s", (_, body) => {
    expect(classifyText(200, typeof body === "string" ? body : JSON.stringify(body))).toMatchObject({
      kind: "retry",
      ambiguous: true,
      reason: expect.stringMatching(/^HTTP 200, but /),
    });
  });

  it("is never success with a status that no bulk has", () => {
    expect(classifyText(202, JSON.stringify(good))).toMatchObject({ kind: "retry", ambiguous: true });
  });
});

describe("a request that is refused as a whole", () => {
  it.each<[string, number, string, SendResult["kind"], RegExp]>([
    [
      "a line break is missing",
      400,
      requestError(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]"),
      "rejected",
      /^400 illegal_argument_exception: The bulk request must be terminated/,
    ],
    [
      "an action line is broken",
      400,
      requestError(400, "x_content_e_o_f_exception", "[1:12] Unexpected end of file"),
      "rejected",
      /^400 x_content_e_o_f_exception/,
    ],
    [
      "the vendor's media type is of another version",
      400,
      requestError(400, "media_type_header_exception", "Invalid media-type value on headers [Content-Type, Accept]"),
      "suspend",
      /media_type_header_exception/,
    ],
    [
      "a parameter is unknown",
      400,
      requestError(400, "illegal_argument_exception", "request [/a/_bulk] contains unrecognized parameter: [x]"),
      "suspend",
      /unrecognized parameter/,
    ],
    [
      "there is no bulk API",
      400,
      '{"error":"no handler found for uri [/x/_bulk] and method [POST]"}',
      "suspend",
      /no handler found/,
    ],
    [
      "plain HTTP meets TLS",
      400,
      "<html><h1>400 Bad Request</h1>The plain HTTP request was sent to HTTPS port</html>",
      "suspend",
      /HTTPS port/,
    ],
    ["a firewall dislikes the content", 400, "<html>Bad Request</html>", "rejected", /^HTTP 400/],
    ["a client certificate has expired", 400, "<h1>400</h1>The SSL certificate error", "suspend", /^HTTP 400/],
    [
      "a gateway refuses in JSON",
      400,
      '{"error":"Bad Request","status":400,"path":"/"}',
      "rejected",
      /^400 Bad Request/,
    ],
    ["a gateway refuses in other JSON", 400, '{"message":"Bad Request"}', "rejected", /^HTTP 400/],
    ["something refuses without a word", 400, "", "rejected", /^HTTP 400/],
    ["something finds it unprocessable", 422, '{"detail":"no"}', "rejected", /^HTTP 422/],
    [
      "the credential is wrong",
      401,
      requestError(401, "security_exception", "unable to authenticate with provided credentials"),
      "suspend",
      /^401 security_exception/,
    ],
    ["OpenSearch's credential is wrong", 401, "Unauthorized", "suspend", /^HTTP 401: Unauthorized/],
    [
      "a right is missing",
      403,
      requestError(403, "security_exception", "action [indices:data/write/bulk] is unauthorized for API key id [x]"),
      "suspend",
      /^403 security_exception/,
    ],
    [
      "the cluster is read-only",
      403,
      requestError(403, "cluster_block_exception", "blocked by: [FORBIDDEN/6/cluster read-only (api)];"),
      "suspend",
      /^403 cluster_block_exception/,
    ],
    ["AWS knows nobody", 403, '{"Message":"User: anonymous is not authorized"}', "suspend", /^HTTP 403/],
    ["the deployment is gone", 404, '{"ok":false,"message":"Unknown resource."}', "suspend", /^HTTP 404/],
    [
      "the method is wrong",
      405,
      '{"error":"Incorrect HTTP method for uri [/_bulk] and method [GET], allowed: [POST, PUT]","status":405}',
      "suspend",
      /^405 Incorrect HTTP method/,
    ],
    [
      "the content type is refused",
      406,
      '{"error":"Content-Type header [text/plain] is not supported","status":406}',
      "suspend",
      /^406 Content-Type header \[text\/plain\] is not supported/,
    ],
    ["something on the way takes no gzip", 415, "", "suspend", /^HTTP 415/],
    [
      "the product has no such API",
      410,
      requestError(
        410,
        "api_not_available_exception",
        "Request for uri [/_x] is not available when running in serverless",
      ),
      "suspend",
      /^410 api_not_available_exception/,
    ],
    ["the body is too large", 413, "", "too-large", /^HTTP 413/],
    [
      "the node is overloaded",
      429,
      requestError(429, "es_rejected_execution_exception", "rejected execution of TimedRunnable{original=org.elastic"),
      "retry",
      /^429 es_rejected_execution_exception/,
    ],
    [
      "others' requests fill the memory",
      429,
      requestError(
        429,
        "es_rejected_execution_exception",
        "rejected execution of coordinating operation [coordinating_and_primary_bytes=409000, replica_bytes=0, all_bytes=409000, coordinating_operation_bytes=5000, max_coordinating_bytes=409600]",
      ),
      "retry",
      /^429/,
    ],
    [
      "the body alone needs more memory than there is (Elasticsearch)",
      429,
      requestError(
        429,
        "es_rejected_execution_exception",
        "rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes=500294, max_coordinating_bytes=409600]",
      ),
      "too-large",
      /^429/,
    ],
    [
      "the body alone needs more memory than there is (OpenSearch)",
      429,
      requestError(
        429,
        "rejected_execution_exception",
        "rejected execution of coordinating operation [coordinating_and_primary_bytes=0, replica_bytes=0, all_bytes=0, coordinating_operation_bytes=500254, max_coordinating_and_primary_bytes=409600]",
      ),
      "too-large",
      /^429/,
    ],
    [
      "a circuit breaker trips",
      429,
      breakerError(60_214, 20_480),
      "retry",
      /^429 circuit_breaking_exception: \[inflight_requests\] Data too large/,
    ],
    ["the body alone trips the breaker", 429, breakerError(300, 100), "too-large", /^429 circuit_breaking_exception/],
    ["a gateway limits the rate", 429, "Too many requests", "retry", /^HTTP 429/],
    [
      "the cluster is starting",
      503,
      requestError(
        503,
        "cluster_block_exception",
        "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];",
      ),
      "retry",
      /^503 cluster_block_exception/,
    ],
    ["a gateway finds no node", 502, "<html>502 Bad Gateway</html>", "retry", /^HTTP 502/],
    ["a gateway waits no longer", 504, "", "retry", /^HTTP 504/],
    ["it is sent elsewhere", 302, "", "suspend", /^HTTP 302/],
  ])("gives the right verdict when %s", (_, status, body, kind, reason) => {
    expect(classifyText(status, body)).toMatchObject({ kind, reason: expect.stringMatching(reason) });
  });

  it("is the fault of its events where Elasticsearch signs the answer, whatever its words", () => {
    const headers = { "x-elastic-product": "Elasticsearch" };
    const fault = { kind: "rejected", confirmed: true };
    expect(classifyText(400, "cannot read line 17", headers)).toMatchObject(fault);
    expect(classifyText(400, '{"error":"odd","status":400}', headers)).toMatchObject(fault);
    expect(classifyText(400, '{"error":"odd","status":400}')).toHaveProperty("confirmed", false);
  });

  it.each([
    '{"Message":"User: anonymous is not authorized to perform: es:ESHttpPost because no resource-based policy allows it"}',
    `{"message":"Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter."}`,
    '{"message":"The security token included in the request is invalid."}',
    '{"status":403,"request-id":"1","error":{"reason":"403 Forbidden","type":"Forbidden"}}',
  ])("knows Amazon's refusal of a request that is not signed: %s", (body) => {
    expect(classifyText(403, body)).toMatchObject({ kind: "suspend", fix: expect.stringMatching(/Amazon/) });
  });

  it("names scheme and host of a redirect's target", () => {
    const verdict = classifyText(301, "<html>moved</html>", { location: "https://es.example.com/x?token=s" });
    expect(verdict).toMatchObject({ fix: expect.stringMatching(/leads to https:\/\/es\.example\.com:/) });
  });

  it("waits as long as it is asked to", () => {
    const body = requestError(429, "es_rejected_execution_exception", "rejected execution");
    expect(classifyText(429, body, { "retry-after": "7" })).toMatchObject({ kind: "retry", afterMs: 7000 });
  });
});

function failed(status: number, type: string, reason: string) {
  return { status, error: { type, reason } };
}

function requestError(status: number, type: string, reason: string): string {
  return JSON.stringify({ error: { root_cause: [{ type, reason }], type, reason }, status });
}

function breakerError(bytes_wanted: number, bytes_limit: number): string {
  const type = "circuit_breaking_exception";
  const reason = `[inflight_requests] Data too large, data for [<http_request>] would be [${bytes_wanted}]`;
  return JSON.stringify({ error: { type, reason, bytes_wanted, bytes_limit, durability: "TRANSIENT" }, status: 429 });
}

function items(outcomes: readonly object[]) {
  return outcomes.map((outcome, index) => ({ create: { _id: `ev-${index}`, ...outcome } }));
}

function records(count: number): EventRecord[] {
  return Array.from({ length: count }, (_, index) =>
    createEventRecord({ class_uid: 6003, severity_id: 1, time: 1, metadata: { uid: `ev-${index}` } }),
  );
}

function classify(outcomes: readonly object[]): SendResult {
  return classifyText(200, JSON.stringify({ items: items(outcomes) }), {}, outcomes.length);
}

function classifyText(status: number, text: string, headers: HttpReply["headers"] = {}, events = 2): SendResult {
  const batch = createTestBatch(elastic, { encode: createEncode() }, records(events));
  return classifyBulk({ status, headers, text }, batch, 0);
}

function failuresOf(verdict: SendResult) {
  return verdict.kind === "partial" ? verdict.failures : [];
}
