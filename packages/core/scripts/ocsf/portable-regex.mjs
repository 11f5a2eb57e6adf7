/**
 * A PCRE pattern rewritten so that JavaScript judges as PCRE does on bytes: `$` also matches before a final line feed, `.` is anything
 * but a line feed, `\s` is ASCII. (The validator hands it the UTF-8 bytes of text that is not ASCII.)
 */
export function portableRegex(pattern) {
  let result = "";
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === "\\") {
      at += 1;
      if (pattern[at] === "s" && inClass) throw new Error(`\\s in a character class is not supported: ${pattern}`);
      result += pattern[at] === "s" ? "[\\t\\n\\v\\f\\r ]" : `\\${pattern[at]}`;
    } else if (inClass) {
      if (char === "]") inClass = false;
      result += char;
    } else if (char === "[") {
      inClass = true;
      result += char;
    } else if (char === ".") {
      result += "[^\\n]";
    } else if (char === "$") {
      result += "(?=\\n?(?![^]))";
    } else {
      result += char;
    }
  }
  return result;
}
