import { hasWholeFloat } from "./schema/whole-floats.ts";

/**
 * `JSON.stringify` for events: attributes that OCSF knows as floats keep a decimal point (`39` is written `39.0`), because the
 * official validator takes `39` for an integer and refuses it. Costs next to nothing for an event without such numbers.
 *
 * Where there is one, attributes are found by name, so that a number of the same name under `unmapped` is written that way too,
 * which changes its spelling and not its value.
 */
export function stringifyEvent(event: object): string {
  const json = JSON.stringify(event);
  return hasWholeFloat(event) ? withPoints(json) : json;
}

/** Attributes of type float_t in OCSF 1.1.0 and the arbitex extension; a test compares the list with the schema. */
export const floatAttributes = ["base_score", "coordinates", "lat", "long", "overall_score", "percentile"] as const;

// Inside a string every quote is escaped, so a quoted name before a colon is a member's name; the look-behind leaves out names
// that merely end in an escaped quote and one of ours.
const floatMember = new RegExp(
  `(?<!\\\\)"(?:${floatAttributes.join("|")})":(?:-?\\d+(?=[,}])|\\[[-+.\\deE,]*\\])`,
  "g",
);
const integer = /(?<![.\deE+-])-?\d+(?![.\deE])/g;

function withPoints(json: string): string {
  return json.replace(floatMember, (member) => {
    const start = member.indexOf(":") + 1;
    return member.slice(0, start) + member.slice(start).replace(integer, "$&.0");
  });
}
