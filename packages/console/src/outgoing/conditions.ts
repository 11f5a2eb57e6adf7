export const OPERATORS = ["is", "is-not", "starts-with", "ends-with", "contains"] as const;

export type Operator = (typeof OPERATORS)[number];

/** A row of the form: what an attribute of the event must be. */
export interface Condition {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: string;
}

/** Conditions, and whether an event must meet all of them or any. */
export interface Conditions {
  readonly match: "all" | "any";
  readonly rows: readonly Condition[];
}

const JOINED = { all: " && ", any: " || " } as const;
const METHODS = { "starts-with": "startsWith", "ends-with": "endsWith", contains: "contains" } as const;

const PATH = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*`;
const VALUE = String.raw`"(?:[^"\\]|\\.)*"|-?\d+|true|false`;
const TERM = new RegExp(
  String.raw`(!\()?(${PATH})(?: == (${VALUE})|\.(startsWith|endsWith|contains)\(("(?:[^"\\]|\\.)*")\))(\))?`,
  "y",
);

/** The expression in CEL that the form's rows mean. Rows without an attribute or a value are left out. */
export function celOf({ match, rows }: Conditions): string {
  return rows.filter(isWhole).map(termOf).join(JOINED[match]);
}

export function isWhole({ attribute, value }: Condition): boolean {
  return attribute.trim() !== "" && value !== "";
}

/** The rows that an expression means; undefined where it holds more than the form can show. */
export function conditionsOf(cel: string): Conditions | undefined {
  const rows: Condition[] = [];
  let match: Conditions["match"] | undefined;
  let at = 0;
  while (at < cel.length) {
    TERM.lastIndex = at;
    const found = TERM.exec(cel);
    const row = found === null ? undefined : rowOf(found);
    if (row === undefined) return undefined;
    rows.push(row);
    at = TERM.lastIndex;
    if (at === cel.length) break;
    const joined = cel.startsWith(JOINED.all, at) ? "all" : cel.startsWith(JOINED.any, at) ? "any" : undefined;
    if (joined === undefined || (match !== undefined && match !== joined)) return undefined;
    match = joined;
    at += JOINED[joined].length;
    if (at === cel.length) return undefined;
  }
  const conditions = { match: match ?? "all", rows } as const;
  // Only what is written again as it was: anything else would be changed by looking at it.
  return celOf(conditions) === cel ? conditions : undefined;
}

function termOf({ attribute, operator, value }: Condition): string {
  const path = attribute.trim();
  switch (operator) {
    case "is":
      return `${path} == ${literalOf(path, value)}`;
    case "is-not":
      // A comparison with an attribute that an event lacks is false, so the negation stands outside.
      return `!(${path} == ${literalOf(path, value)})`;
    case "starts-with":
    case "ends-with":
    case "contains":
      return `${path}.${METHODS[operator]}(${JSON.stringify(value)})`;
    default:
      return operator satisfies never;
  }
}

/** OCSF's numbers are told by their names: `status_id`, `port`, `code`; and its switches begin with `is_`. */
function literalOf(path: string, value: string): string {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const isNumber = /_id$|^(?:class|category|type)_uid$|^port$|^code$/.test(name) && /^-?\d{1,15}$/.test(value);
  const isSwitch = name.startsWith("is_") && /^(?:true|false)$/.test(value);
  return isNumber || isSwitch ? value : JSON.stringify(value);
}

function rowOf([, negated, attribute = "", compared, method, text, closed]: RegExpExecArray): Condition | undefined {
  if ((negated === undefined) !== (closed === undefined)) return undefined;
  const value = valueOf(compared ?? text ?? "");
  if (value === undefined) return undefined;
  if (compared !== undefined) return { attribute, operator: negated === undefined ? "is" : "is-not", value };
  const operator = (["starts-with", "ends-with", "contains"] as const).find((each) => METHODS[each] === method);
  return operator === undefined || negated !== undefined ? undefined : { attribute, operator, value };
}

function valueOf(literal: string): string | undefined {
  if (!literal.startsWith('"')) return literal;
  try {
    return String(JSON.parse(literal));
  } catch {
    // An escape that CEL knows and JSON does not.
    return undefined;
  }
}
