import { hasWholeFloat } from "./schema/whole-floats.ts";

/**
 * Serialises an event like `JSON.stringify`, but writes OCSF's float attributes with a decimal point (`39` as `39.0`),
 * since the official validator refuses `39` as an integer. Costs almost nothing without such numbers.
 *
 * Attributes are found by name, so that a number of the same name under `unmapped` is written that way too, which does
 * not change its value.
 */
export function stringifyEvent(event: object): string {
  const json = JSON.stringify(event);
  return hasWholeFloat(event) ? withPoints(json) : json;
}

/** Attributes of type float_t in OCSF 1.1.0 and the arbitex extension. A test compares the list with the schema. */
export const floatAttributes = ["base_score", "coordinates", "lat", "long", "overall_score", "percentile"] as const;

// Inside a string every quote is escaped, so a quoted name before a colon is a member's name. The look-behind excludes
// names that only end in an escaped quote and one of these.
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
