import type { BulkItem, Failure } from "./bulk-reply.ts";
import { describeRefusal } from "./bulk-reply.ts";
import { fixOf } from "./fixes.ts";

/** Outcome of one event. */
export type ItemOutcome =
  | { readonly kind: "stored" }
  | { readonly kind: "retry"; readonly reason: string }
  | { readonly kind: "rejected"; readonly reason: string }
  /** No event passes until a person acts. */
  | { readonly kind: "suspend"; readonly reason: string; readonly fix: string };

/** Classifies one item of a bulk reply. An event stored by an earlier attempt counts as stored. */
export function classifyItem({ status, failure_store, error }: BulkItem): ItemOutcome {
  if (error === undefined) return classifyBare(status, failure_store);
  // A conflict means that an earlier attempt stored the event.
  if (status === 409 && error.type === "version_conflict_engine_exception") return { kind: "stored" };
  const reason = describeRefusal(status, error);
  const fix = fixOf(status, error);
  if (fix !== undefined) return { kind: "suspend", reason, fix };
  if (isRefusedByPipeline(error)) return { kind: "rejected", reason: `the pipeline refused it: ${reason}` };
  if (status === 429 && error.type === "cluster_block_exception") {
    return { kind: "retry", reason: `the disk is too full, until space is made it takes no event: ${reason}` };
  }
  if (isTransient(status)) return { kind: "retry", reason };
  return { kind: "rejected", reason: withFailureStore(reason, failure_store) };
}

function classifyBare(status: number, failureStore: string | undefined): ItemOutcome {
  if (status < 200 || status >= 300) return { kind: "retry", reason: `${status} without an error` };
  if (failureStore === "used") {
    return {
      kind: "rejected",
      reason: "it did not fit the mapping or the pipeline and went to the data stream's failure store; not resent",
    };
  }
  return { kind: "stored" };
}

function withFailureStore(reason: string, failureStore: string | undefined): string {
  return failureStore === "failed" ? `${reason} (the failure store could not keep it either)` : reason;
}

/** Its status is 500, although the `fail` processor judges the event. */
function isRefusedByPipeline({ type }: Failure): boolean {
  return type === "fail_processor_exception";
}

/** Any other conflict is about the state of the cluster. */
function isTransient(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}
