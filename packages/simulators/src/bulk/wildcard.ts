/** Whether a name matches a pattern in which `*` matches any text, as in index patterns and filter paths. */
export function fits(pattern: string, name: string): boolean {
  if (pattern === "*" || pattern === name) return true;
  if (!pattern.includes("*")) return false;
  const [first = "", ...rest] = pattern.split("*");
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const found = isLast ? name.length - part.length : name.indexOf(part, at);
    if (found < at || !name.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}

/**
 * Returns a function that tells whether a name matches one of the patterns. It caches names, because it is called for
 * every document.
 */
export function fitsAny(patterns: readonly string[]): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const answer = patterns.some((pattern) => fits(pattern, name));
    known.set(name, answer);
    return answer;
  };
}
