/**
 * How many fields an event becomes in a store that knows no nesting: each value at the end of a path of objects is one, an
 * array is one whatever it holds, and null is none.
 */
export function flattenedFields(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value !== "object" || Array.isArray(value)) return 1;
  let fields = 0;
  for (const member of Object.values(value)) fields += flattenedFields(member);
  return fields;
}
