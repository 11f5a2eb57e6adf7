/** Returns whether valid JSON text nests objects and arrays deeper than `limit`. */
export function isDeeperThan(json: string, limit: number): boolean {
  // Few events have that many brackets, and counting them is much cheaper than walking the text.
  return bracketsReach(json, limit) && exactDepth(json, limit) > limit;
}

function bracketsReach(json: string, limit: number): boolean {
  let left = limit;
  for (const bracket of ["{", "["]) {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
      if (left-- === 0) return true;
    }
  }
  return false;
}

/** Stops as soon as it is above the limit. */
function exactDepth(json: string, limit: number): number {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length && depth <= limit; at++) {
    const character = json[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
  }
  return depth;
}
