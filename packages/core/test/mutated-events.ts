// Lines of events with faults in them, for tests that compare two readers of the same text.

/** Returns a random number from 0 to below `below`. */
export type Random = (below: number) => number;

/** Numbers that depend on the seed alone. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Values that a member may get: right, wrong, odd and broken. */
const values = [
  ["0", "1", "6003", "1741824000123", "-1", "-0", "1.0", "1.5", "1e3", "01", "1.", ".5", "+1", "1e", "- 1", "1_0"],
  ["999999999", "1000000000", "1741824000", "100000000000", "99999999999", "99999999999999", "100000000000000"],
  ["1741824000123456", "123456789012345", "1234567890123456", "8640000000000001", "1e999", "12345678901234567890123"],
  ["null", "true", "false", "nul", "truE", "NaN", "Infinity", "undefined", '""', '"a"', '"é漢😀"', '"a\\nb"'],
  ['"\\u0041"', '"\\u0000"', '"\\ud800"', '"\\ud83d\\ude00"', '"\\uD83D"', '"\\x"', '"\\u12"', '"\t"', '"', "'a'"],
  ["{}", "[]", "[1,2]", '{"uid":"o2"}', '{"uid":""}', '{"uid":1}', '{"uid":null}', '{"org":{"uid":"deep"}}', "[[]]"],
  ['{"user":{"uid":"u","org":{"uid":"uo"}},"org":{"uid":"ao"}}', '[{"actor":{"user":{"uid":"e"}}}]', "[}", "{,}"],
  ['{"uid":"m","tenant_uid":"t"}', '{"uid":"m","logged_time":1741824000}', '{"ip":"1.2.3.4","ip":"5.6.7.8"}', ""],
].flat();

const keys = [
  ["class_uid", "severity_id", "time", "category_uid", "activity_id", "type_uid", "start_time", "end_time", "message"],
  ["metadata", "actor", "src_endpoint", "evidences", "unmapped", "@timestamp", "uid", "org", "user", "tenant_uid"],
  ["logged_time", "modified_time", "processed_time", "name", "email_addr", "ip", "__proto__", "constructor", "", "é"],
  ["class\\u005fuid", "\\u0075id", "ti\\u006de", "clasS_uid", "class_uid ", "severity", "a_name_longer_than_16", "x"],
].flat();

const bytes = '{}[]":,\\/ \t\r\n\u0000\u001f\u007fu0123456789.eE+-tfnabé漢';

const spaces = [" ", "\t", "\r", "\n", "  ", "\u00a0", "\f", "\u2028"];

/** Changes a line in one place. */
function mutateOnce(line: string, random: Random): string {
  const at = random(line.length + 1);
  switch (random(12)) {
    case 0:
      return line.slice(0, at) + bytes.charAt(random(bytes.length)) + line.slice(at);
    case 1:
      return line.slice(0, at) + line.slice(at + 1 + random(3));
    case 2:
      return line.slice(0, at) + bytes.charAt(random(bytes.length)) + line.slice(at + 1);
    case 3:
      return line.slice(0, at);
    case 4:
      return betweenTokens(line, at, pick(spaces, random));
    case 5:
    case 6:
    case 7:
      return withValue(line, pick(keys, random), pick(values, random), random);
    case 8:
      return withMember(line, at, `"${pick(keys, random)}":${pick(values, random)}`);
    case 9:
      return withMember(line, 0, `"${pick(keys, random)}":${pick(values, random)}`);
    case 10:
      return withKey(line, pick(keys, random), pick(keys, random));
    default: {
      const depth = random(80);
      return withMember(line, at, `"x":${"[".repeat(depth)}${"]".repeat(random(20) === 0 ? depth + 1 : depth)}`);
    }
  }
}

/** Changes a line in no, one or several places. */
export function mutate(line: string, random: Random): string {
  let mutated = line;
  for (let left = random(4); left > 0; left--) mutated = mutateOnce(mutated, random);
  return mutated;
}

function pick(list: readonly string[], random: Random): string {
  return list[random(list.length)] ?? "";
}

function betweenTokens(line: string, from: number, text: string): string {
  const at = line.indexOf(",", from);
  return at < 0 ? line + text : line.slice(0, at) + text + line.slice(at);
}

/** Replaces the value of a key's first or last occurrence, as far as the next comma or bracket. */
function withValue(line: string, key: string, value: string, random: Random): string {
  const quoted = `"${key}":`;
  const found = random(2) === 0 ? line.indexOf(quoted) : line.lastIndexOf(quoted);
  if (found < 0) return withMember(line, 0, quoted + value);
  const start = found + quoted.length;
  const end = /[,}\]]/.exec(line.slice(start))?.index ?? 0;
  return line.slice(0, start) + value + line.slice(start + end);
}

/** Puts a member behind the next opening brace. */
function withMember(line: string, from: number, member: string): string {
  const at = line.indexOf("{", from) + 1;
  const isLast = line.charAt(at) === "}";
  return `${line.slice(0, at)}${member}${isLast ? "" : ","}${line.slice(at)}`;
}

function withKey(line: string, key: string, other: string): string {
  return line.replace(`"${key}":`, `"${other}":`);
}
