import type { HttpReply } from "@arbitex/core";
import type { Failure } from "./bulk-reply.ts";

const RIGHTS = "Give the credential create_doc and auto_configure on the index (see setup/api-key.json).";

const AMAZON =
  "Amazon OpenSearch Service takes this for a request that IAM should sign. A domain: give username and password of an " +
  "internal user, and let the access policy admit everybody. Serverless: send through a proxy that signs (see the README).";

/** Fixes by type of failures that affect every event until a person acts. */
const BY_TYPE: Readonly<Record<string, string>> = {
  security_exception: RIGHTS,
  index_not_found_exception:
    "Create the index or install the index template (see setup/), allow auto_configure, or name another index.",
  index_closed_exception: "Open the index, or name another one as index.",
  invalid_index_name_exception: "Choose a name that Elasticsearch allows as index.",
  // The cluster is at its shard limit, so that it cannot create the index.
  validation_exception: "Delete old indices, or raise cluster.max_shards_per_node.",
  index_create_block_exception: "The cluster creates no indices now: make space on its disks, then remove the block.",
  media_type_header_exception: "Something on the way changes the content type, or the product is too old.",
  content_type_header_exception: "Something on the way changes the content type, or the product is too old.",
  // Amazon OpenSearch Serverless.
  Forbidden: AMAZON,
};

/**
 * Fixes by the beginning of a reason, where the type does not tell. Later text may quote the event, and no event may
 * suspend its destination.
 */
const BY_BEGINNING: readonly (readonly [beginning: RegExp, fix: string])[] = [
  [/^pipeline with id \[/, "Create the ingest pipeline, or correct pipeline in the configuration."],
  [/^no write index is defined for alias \[/, "Give the alias a write index, or name another index."],
  [
    /^request \[[^\]]*\] contains unrecognized parameter/,
    "This version is too old for the request: update the cluster.",
  ],
  [/^no handler found for uri \[/, "Correct url: no bulk API answers there."],
];

/** Returns what a person must do if the failure is the destination's and not the event's; otherwise undefined. */
export function fixOf(status: number, { type, reason }: Failure): string | undefined {
  // Its 429 is a full disk, which may recover.
  if (type === "cluster_block_exception")
    return status === 403 ? "Remove the write block of the index or cluster." : undefined;
  if (status === 401) return "The credential is wrong, expired or revoked: configure a valid one.";
  if (Object.hasOwn(BY_TYPE, type)) return BY_TYPE[type];
  if (status === 403) return RIGHTS;
  if (status === 404) return "Check url and index.";
  if (status !== 400 || !(type === "illegal_argument_exception" || type === "")) return undefined;
  return BY_BEGINNING.find(([beginning]) => beginning.test(reason ?? ""))?.[1];
}

/** Returns the fix for Amazon's IAM entry point: it does not know the identity or finds no signature. */
export function fixOfAmazon({ status, text }: Pick<HttpReply, "status" | "text">): string | undefined {
  const isAmazons =
    /User: \S+ is not authorized|requires 'Credential' parameter|security token included in the request/;
  return status === 403 && isAmazons.test(text) ? AMAZON : undefined;
}
