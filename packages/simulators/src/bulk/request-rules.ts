import type { Item } from "./items.ts";
import { failedItem, missingIndexItem } from "./items.ts";
import type { Operation } from "./operations.ts";

export interface RequestRules {
  /** Index privileges of the credential; undefined for all. */
  readonly privileges: readonly string[] | undefined;
  readonly pipelines: readonly string[];
  readonly isDataStream: (name: string) => boolean;
}

const SUFFICIENT = ["index", "write", "all"];

/** The item of an operation that fails because of the request's credential or query, whatever its document contains. */
export function refuseByRequest(operation: Operation, query: URLSearchParams, rules: RequestRules): Item | undefined {
  const { index, id = null, action } = operation;
  if (!mayWrite(action, rules.privileges)) {
    const reason = `action [indices:data/write/bulk[s]] is unauthorized for this credential on indices [${index}]`;
    return failedItem(index, id, 403, { type: "security_exception", reason });
  }
  const pipeline = query.get("pipeline");
  if (pipeline !== null && pipeline !== "_none" && !rules.pipelines.includes(pipeline)) {
    const reason = `pipeline with id [${pipeline}] does not exist`;
    return failedItem(index, id ?? "auto-generated", 400, { type: "illegal_argument_exception", reason });
  }
  if (query.get("require_data_stream") === "true" && !rules.isDataStream(index)) {
    const why = `[require_data_stream] request flag is [true] and [${index}] is not a data stream`;
    return missingIndexItem(operation, why);
  }
  return undefined;
}

function mayWrite(action: Operation["action"], privileges: RequestRules["privileges"]): boolean {
  if (privileges === undefined) return true;
  const sufficient = action === "create" ? ["create_doc", "create", ...SUFFICIENT] : SUFFICIENT;
  return sufficient.some((privilege) => privileges.includes(privilege));
}
