import type { FieldProblem } from "../api/problem.ts";
import type { OutgoingDraft } from "./draft.ts";

/** The server's problems with a filter and redactions by their field in the form, and those that belong to none. */
export function placedIn(problems: readonly FieldProblem[], { rules, shares, cel }: OutgoingDraft) {
  const sent = rules.flatMap(({ path }, at) => (path.trim() === "" ? [] : [at]));
  const atField = new Map<string, string>();
  const elsewhere: FieldProblem[] = [];
  for (const each of problems) {
    const field = fieldOf(
      each.path,
      (at) => sent[at],
      shares.map(({ classUid }) => classUid),
      cel !== undefined,
    );
    if (field === undefined) elsewhere.push(each);
    else atField.set(field, [atField.get(field), each.message, each.fix].filter(Boolean).join(" "));
  }
  return { atField, elsewhere };
}

/** `filter.cel`, `filter.sample.6003`, and `redact[0].path`, which has `delivery.` before it when it is saved. */
function fieldOf(
  path: string,
  rowOf: (sent: number) => number | undefined,
  sampled: readonly string[],
  isByHand: boolean,
): string | undefined {
  const parts = path.split(/[./[\]]+/).filter((part) => part !== "" && part !== "delivery");
  const [first, second = ""] = parts;
  if (first === "redact") {
    const row = rowOf(Number(second));
    return row === undefined ? undefined : `redact.${row}`;
  }
  if (first === "ocsf_version") return "ocsf-version";
  if (first !== "filter") return undefined;
  if (second === "cel") return isByHand ? "cel" : "conditions";
  if (second === "min_severity_id") return "severity";
  if (second === "class_uids") return "classes";
  const share = sampled.indexOf(parts[2] ?? "");
  return second === "sample" && share !== -1 ? `share.${share}` : undefined;
}
