/** Expressions that tenants might write to stop a server, by seed: nested, long, with patterns that explode. */
export function* createHostileFilters({ seed, count }: { readonly seed: number; readonly count: number }) {
  const random = randomOf(seed);
  const pick = <One>(among: readonly One[]): One | undefined => among[Math.floor(random() * among.length)];
  const repeat = (text: string, most: number) => text.repeat(1 + Math.floor(random() * most));

  const patterns = () =>
    pick([
      `(${repeat("a+", 6)})+$`,
      `(a|a)*${repeat("b", 20)}`,
      `${repeat("(", 90)}a${repeat(")*", 90)}`,
      `(((a{1,${9 + Math.floor(random() * 99)}}){1,9}){1,9})`,
      `(.*)*${repeat("(.*)", 20)}x`,
      repeat(".*a", 60),
      repeat("\\\\pL", 40),
      `[^${repeat("a-z", 50)}]{1,90}`,
      `(?i)${repeat("ä{1,9}", 20)}`,
      `.{${Math.floor(random() * 100)}}x`,
      `${repeat("a?", 45)}${repeat("a", 45)}`,
      repeat("(?:", 80),
      repeat("|", 190),
    ]) ?? "";

  const attributes = [
    "message",
    "actor.user.name",
    "actor.user.email_addr",
    "unmapped.long",
    "metadata.labels",
    "observables",
  ];

  const term = (depth: number): string => {
    const of = pick(attributes) ?? "message";
    switch (Math.floor(random() * (depth > 6 ? 10 : 16))) {
      case 0:
        return `${of}.matches("${patterns()}")`;
      case 1:
        return `${of}.contains("${repeat("a", 400)}b")`;
      case 2:
        return `observables.exists(o, o.name.matches("${patterns()}"))`;
      case 3:
        return `metadata.labels.exists(l, l.endsWith("${repeat("a", 90)}") && l == message)`;
      case 4:
        return `${of} in [${repeat("'a',", 300)}'b']`;
      case 5:
        return `size(${of}) ${pick(["==", "<", "!="])} ${Math.floor(random() * 1e6)}`;
      case 6:
        return (
          pick([
            "__proto__",
            "constructor",
            "toString",
            `unmapped.${repeat("a.", 300)}a == 1`,
            "has(unmapped.deep.a.a)",
          ]) ?? ""
        );
      case 7:
        return `'${pick(["\\u0000", "\\uD800", "\\x41", "${}", "`", "\\\\"]) ?? ""}' == ${of}`;
      case 8:
        return `${of}.contains("${pick(["b", "ab", "aab"]) ?? ""}${repeat("a", 900)}${pick(["", "b", "ba"]) ?? ""}")`;
      case 9:
        return `observables.exists(o, o.name.contains(${of}) || ${of}.contains(o.name) || o.name == ${of})`;
      case 10:
        return `(${term(depth + 1)}) && (${term(depth + 1)})`;
      case 11:
        return `(${term(depth + 1)}) || ${term(depth + 1)}`;
      case 12:
        return `${repeat("!", 60)}(${term(depth + 1)})`;
      case 13:
        return `${repeat("(", 60)}${term(depth + 1)}${repeat(")", 60)}`;
      case 14:
        return `observables.exists(o, ${term(depth + 3)})`;
      default:
        return repeat(`${term(depth + 4)} || `, 60) + term(depth + 4);
    }
  };

  for (let made = 0; made < count; made++) yield term(0);
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
