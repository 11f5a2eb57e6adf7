import type { Operation } from "./operations.ts";
import type { ErrorCause, ErrorTypes } from "./product.ts";

/** One item of a bulk reply, without the action around it. */
export interface Item {
  readonly _index: string;
  readonly _id: string | null;
  readonly status: number;
  readonly [more: string]: unknown;
}

export interface Written {
  readonly index: string;
  readonly id: string;
  readonly version: number;
  readonly sequence: number;
}

export function writtenItem({ index, id, version, sequence }: Written, more: object = {}): Item {
  return {
    _index: index,
    _id: id,
    _version: version,
    result: version === 1 ? "created" : "updated",
    ...more,
    _shards: { total: 1, successful: 1, failed: 0 },
    _seq_no: sequence,
    _primary_term: 1,
    status: version === 1 ? 201 : 200,
  };
}

export function failedItem(
  index: string,
  id: string | null,
  status: number,
  error: ErrorCause,
  more: object = {},
): Item {
  return { _index: index, _id: id, status, ...more, error };
}

export function conflictItem(index: string, id: string): Item {
  return failedItem(index, id, 409, {
    type: "version_conflict_engine_exception",
    reason: `[${id}]: version conflict, document already exists (current version [1])`,
    index_uuid: INDEX_UUID,
    shard: "0",
    index,
  });
}

export function missingIndexItem({ index, id }: Operation, why: string): Item {
  const reason = `no such index [${index}] and ${why}`;
  return failedItem(index, id ?? null, 404, { type: "index_not_found_exception", reason, index_uuid: "_na_", index });
}

/** How an index is blocked. */
export type Block = "write" | "read_only_allow_delete" | "closed";

/** The item of an operation on an index that is blocked, full or closed. */
export function blockedItem(block: Block, { index, id }: Operation): Item {
  const type = "cluster_block_exception";
  switch (block) {
    case "write":
      return failedItem(index, id ?? null, 403, { type, reason: blockedBy(index, "FORBIDDEN/8/index write (api)") });
    case "read_only_allow_delete":
      return failedItem(index, id ?? null, 429, {
        type,
        reason: blockedBy(
          index,
          "TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block",
        ),
      });
    case "closed":
      return failedItem(index, null, 400, {
        type: "index_closed_exception",
        reason: "closed",
        index_uuid: INDEX_UUID,
        index,
      });
    default:
      return block satisfies never;
  }
}

/** The error of an item that a fault refuses with this status. */
export function spoiledError(status: number, { index, id }: Operation, types: ErrorTypes): ErrorCause {
  switch (status) {
    case 400:
      return {
        type: types.badDocument,
        reason: `[1:48] failed to parse field [spoiled] of type [long] in document with id '${String(id)}'.`,
      };
    case 403:
      return { type: "security_exception", reason: "action [indices:data/write/bulk[s]] is unauthorized" };
    case 429:
      return {
        type: types.overload,
        reason: "rejected execution of TimedRunnable on EsThreadPoolExecutor[name = simulator-1/write]",
      };
    case 503:
      return { type: "unavailable_shards_exception", reason: `[${index}][0] primary shard is not active` };
    default:
      return { type: "status_exception", reason: `refused with status ${status}` };
  }
}

const INDEX_UUID = "teH2afRyRlG0iFlC_MWP6A";

function blockedBy(index: string, block: string): string {
  return `index [${index}] blocked by: [${block}];`;
}
