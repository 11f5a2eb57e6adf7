import type { Reply } from "../simulator/behaviour.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import type { ErrorCause, Product } from "./product.ts";
import { requestError } from "./product.ts";

const ACTIONS = ["create", "index", "update", "delete"] as const;

type Action = (typeof ACTIONS)[number];

export interface Operation {
  readonly action: Action;
  readonly index: string;
  /** Undefined when the node chooses the id. */
  readonly id: string | undefined;
  /** The document's line as sent; empty for a delete. */
  readonly document: Buffer;
}

export type Operations =
  | { readonly kind: "read"; readonly operations: readonly Operation[] }
  | { readonly kind: "refused"; readonly reply: Reply };

const LINE_FEED = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Parses the lines of a bulk body. An invalid action line refuses the whole request, and nothing is written. */
export function readOperations(body: Buffer, target: string | undefined, product: Product): Operations {
  const refused = (cause: ErrorCause): Operations => ({ kind: "refused", reply: requestError(product, 400, cause) });
  if (body.length === 0) return refused({ type: "parse_exception", reason: "request body is required" });
  if (body.at(-1) !== LINE_FEED) {
    const reason = "The bulk request must be terminated by a newline [\\n]";
    return refused({ type: "illegal_argument_exception", reason });
  }
  const operations: Operation[] = [];
  let at = 0;
  for (let line = 1; at < body.length; line += 1) {
    const end = body.indexOf(LINE_FEED, at);
    const text = body.toString("utf8", at, end);
    at = end + 1;
    if (text.trim() === "") continue;
    const read = readAction(text, line, target);
    if ("cause" in read) return refused(read.cause);
    if (read.action === "delete") operations.push({ ...read, document: NOTHING });
    else {
      const documentEnd = body.indexOf(LINE_FEED, at);
      // An action without a document is dropped, as the servers do.
      if (documentEnd === -1) break;
      operations.push({ ...read, document: body.subarray(at, documentEnd) });
      at = documentEnd + 1;
      line += 1;
    }
  }
  const problem = validationProblem(operations);
  if (problem === undefined) return { kind: "read", operations };
  return refused({ type: "action_request_validation_exception", reason: `Validation Failed: ${problem}` });
}

function readAction(
  text: string,
  line: number,
  target: string | undefined,
): Omit<Operation, "document"> | { cause: ErrorCause } {
  const value = parseJson(text);
  if (value === undefined) {
    const reason = `[1:${text.length + 1}] Unexpected end of file`;
    const message = `Unexpected end-of-input within/between Object entries\n at [Source: (byte[])"${text}"; line: 1]`;
    const caused_by = { type: "json_e_o_f_exception", reason: message };
    return { cause: { type: "x_content_e_o_f_exception", reason, caused_by } };
  }
  const [name = "", settings]: readonly [string?, unknown?] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  const action = ACTIONS.find((known) => known === name);
  if (action === undefined) {
    const expected = "expected field [create], [delete], [index] or [update]";
    const reason = `Malformed action/metadata line [${line}], ${expected} but found [${name}]`;
    return { cause: { type: "illegal_argument_exception", reason } };
  }
  const { _index, _id }: { _index?: unknown; _id?: unknown } = isObject(settings) ? settings : {};
  const id = typeof _id === "string" || typeof _id === "number" ? String(_id) : undefined;
  return { action, index: typeof _index === "string" ? _index : (target ?? ""), id };
}

function validationProblem(operations: readonly Operation[]): string | undefined {
  if (operations.length === 0) return "1: no requests added;";
  for (const { index, id } of operations) {
    if (index === "") return "1: index is missing;";
    if (id !== undefined && Buffer.byteLength(id) > 512) {
      return `1: id [${id}] is too long, must be no longer than 512 bytes but was: ${Buffer.byteLength(id)};`;
    }
  }
  return undefined;
}
