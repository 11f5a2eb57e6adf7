import type { Batch, EventFailure, EventRecord, HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStatus, classifyStranger, excerptOf, jsonOf, ndjson, reasonOf } from "@arbitex/core";
import type { Failure } from "./bulk-reply.ts";
import { describeRefusal, itemsOf, parseItem, requestFailure, saysAllStored, saysStored } from "./bulk-reply.ts";
import { classifyItem } from "./classify-item.ts";
import { documentId } from "./document-id.ts";
import { fixOf, fixOfAmazon } from "./fixes.ts";

/** Returns the verdict on a bulk. */
export function classifyBulk(
  reply: HttpReply,
  { records, body }: Pick<Batch, "records" | "body">,
  now: number,
): SendResult {
  if (reply.status === 200) return classifyItems(reply, records);
  return classifyRefusal(reply, body.length, now);
}

/** Classifies a request refused as a whole: nothing was taken. */
function classifyRefusal(reply: HttpReply, bodyBytes: number, now: number): SendResult {
  // Any 2xx except the one of a bulk.
  if (reply.status < 300) return nonsense(reply, NOT_A_BULK);
  const failure = requestFailure(jsonOf(reply));
  const reason = failure === undefined ? reasonOf(reply) : describeRefusal(reply.status, failure);
  const fix = (failure && fixOf(reply.status, failure)) ?? fixOfStatus(reply.status);
  if (fix !== undefined) return { kind: "suspend", reason, fix };
  if (failure !== undefined && exceedsAlone(reply.status, failure, bodyBytes)) return { kind: "too-large", reason };
  const isOwn = isSigned(reply) || (failure !== undefined && failure.type !== "");
  return isOwn ? classifyOwn(reply, reason, now) : classifyOthers(reply, reason, now);
}

/** Returns whether Elasticsearch signed the answer. It signs all but a few; OpenSearch signs none. */
function isSigned({ headers }: HttpReply): boolean {
  return headers["x-elastic-product"] === "Elasticsearch";
}

/** Classifies an answer that the cluster did not write, or one without a body, such as its 413. */
function classifyOthers(reply: HttpReply, reason: string, now: number): SendResult {
  const verdict = classifyStranger(reply, now, NOT_A_CLUSTER);
  if (verdict.kind === "rejected") return { kind: "rejected", reason, confirmed: false };
  if (verdict.kind !== "suspend") return verdict;
  // Without more detail, a page may be a firewall's that dislikes one event.
  if (verdict.fix === NOT_A_CLUSTER && classifyStatus(reply, now).kind === "rejected")
    return { kind: "rejected", reason, confirmed: false };
  const fix = fixOfAmazon(reply) ?? verdict.fix;
  return { kind: "suspend", reason, ...(fix !== undefined && { fix }) };
}

const NOT_A_CLUSTER =
  "Something before the cluster, or in its place, refuses the request: check url, and what a proxy there wants " +
  "(a credential, a client certificate).";

function fixOfStatus(status: number): string | undefined {
  switch (status) {
    case 406:
    case 415:
      return `The content type ${ndjson.contentType} was refused: check what is between here and the cluster.`;
    case 410:
      return "This product offers no bulk API at this address: correct url.";
    default:
      return undefined;
  }
}

/**
 * Returns whether this request alone needs more memory than the node gives all requests. Waiting does not help; halves
 * may pass.
 */
function exceedsAlone(status: number, { type, reason, bytes_limit }: Failure, bodyBytes: number): boolean {
  if (status !== 429) return false;
  // The breaker for requests under way counts a body twice.
  if (type === "circuit_breaking_exception") return bytes_limit !== undefined && 2 * bodyBytes > bytes_limit;
  const needed = bytesIn(reason, /coordinating_operation_bytes=(\d+)/);
  const limit = bytesIn(reason, /max_coordinating(?:_and_primary)?_bytes=(\d+)/);
  return needed !== undefined && limit !== undefined && needed > limit;
}

function bytesIn(reason: string | null | undefined, pattern: RegExp): number | undefined {
  const digits = reason?.match(pattern)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function classifyItems(reply: HttpReply, records: readonly EventRecord[]): SendResult {
  if (saysAllStored(reply.text, records)) return { kind: "accepted" };
  const items = itemsOf(jsonOf(reply));
  if (items === undefined) return nonsense(reply, NOT_A_BULK);
  if (items.length !== records.length) return nonsense(reply, `${items.length} outcomes for ${records.length} events`);
  const failures: EventFailure[] = [];
  const isOfBatch = membership(records);
  for (const [index, record] of records.entries()) {
    const id = documentId(record);
    if (saysStored(items[index], id)) continue;
    const item = parseItem(items[index]);
    if (item === undefined) return nonsense(reply, `outcome ${index} is not one of a create`);
    // An ingest pipeline may change an event's id. The id of another event means that the order is lost.
    if (item.id !== id && isOfBatch(item.id)) {
      return nonsense(reply, `outcome ${index} is that of another event`);
    }
    const outcome = classifyItem(item);
    switch (outcome.kind) {
      case "stored":
        break;
      case "suspend":
        // Stored events are sent again later; their conflict then counts as stored.
        return outcome;
      case "retry":
      case "rejected":
        failures.push({ index, outcome: outcome.kind, reason: outcome.reason });
        break;
      default:
        return outcome satisfies never;
    }
  }
  return verdictOn(failures, records.length);
}

/** Creates a test whether an id is one of these events'. The ids are collected at its first use. */
function membership(records: readonly EventRecord[]): (id: string | null | undefined) => boolean {
  let ids: Set<string> | undefined;
  return (id) => {
    ids ??= new Set(records.map(documentId));
    return typeof id === "string" && ids.has(id);
  };
}

function verdictOn(failures: readonly EventFailure[], events: number): SendResult {
  const [first] = failures;
  if (first === undefined) return { kind: "accepted" };
  const nothingTaken = failures.length === events && failures.every(({ outcome }) => outcome === "retry");
  return nothingTaken ? { kind: "retry", reason: first.reason } : { kind: "partial", failures };
}

const NOT_A_BULK = "it is not the reply of a bulk";

/** Returns the verdict on a nonsensical reply: neither success nor certain failure. */
export function nonsense(reply: HttpReply, why: string): SendResult {
  return {
    kind: "retry",
    reason: `HTTP ${reply.status}, but ${why}: ${excerptOf(reply)}`,
    ambiguous: true,
  };
}
