/** A text as written or with escapes decoded, with the source position of each character. */
export interface View {
  readonly text: string;
  /** Source position of the character at each index, and finally the source's length. */
  readonly starts: readonly number[] | undefined;
}

/** A SIEM that quotes a proxy's answer in JSON in HTML has escaped three times. */
const MOST_LAYERS = 4;

/** Returns the text and its decodings: percent-encoding, HTML entities and backslash escapes, layer by layer. */
export function viewsOf(text: string): readonly View[] {
  const views: View[] = [{ text, starts: undefined }];
  for (let view = views[0]; view !== undefined && views.length <= MOST_LAYERS; ) {
    view = decoded(view);
    if (view !== undefined) views.push(view);
  }
  return views;
}

/** Maps a range of a view to the source text. */
export function sourceRange({ starts }: View, start: number, end: number): readonly [number, number] {
  return starts === undefined ? [start, end] : [starts[start] ?? 0, starts[end] ?? 0];
}

const ESCAPE =
  /(?:%[0-9a-f]{2})+|&(?:#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,8});?|\\(?:u[0-9a-f]{4}|u\{[0-9a-f]{1,6}\}|x[0-9a-f]{2}|[^a-z0-9]|[bfnrt])/gi;

function decoded(view: View): View | undefined {
  if (!/[%&\\]/.test(view.text)) return undefined;
  const parts: string[] = [];
  const starts: number[] = [];
  let from = 0;
  const startOf = (at: number) => view.starts?.[at] ?? at;
  const copyTo = (end: number) => {
    parts.push(view.text.slice(from, end));
    for (let at = from; at < end; at++) starts.push(startOf(at));
  };
  let isChanged = false;
  for (const { 0: escape, index } of view.text.matchAll(ESCAPE)) {
    const characters = charactersOf(escape);
    if (characters === undefined) continue;
    isChanged = true;
    copyTo(index);
    for (const { text, at } of characters) {
      parts.push(text);
      for (let unit = 0; unit < text.length; unit++) starts.push(startOf(index + at));
    }
    from = index + escape.length;
  }
  if (!isChanged) return undefined;
  copyTo(view.text.length);
  starts.push(startOf(view.text.length));
  return { text: parts.join(""), starts };
}

interface Character {
  readonly text: string;
  /** Offset within its escape. */
  readonly at: number;
}

function charactersOf(escape: string): readonly Character[] | undefined {
  if (escape.startsWith("%")) return percentDecoded(escape);
  const text = escape.startsWith("&") ? entityText(escape.slice(1)) : backslashText(escape.slice(1));
  return text === undefined ? undefined : [{ text, at: 0 }];
}

function percentDecoded(escape: string): readonly Character[] {
  if (escape.length === 3) {
    const byte = Number.parseInt(escape.slice(1), 16);
    if (byte < 0x80) return [{ text: String.fromCharCode(byte), at: 0 }];
  }
  const bytes = Buffer.from(escape.replaceAll("%", ""), "hex");
  const text = bytes.toString("utf8");
  // Invalid UTF-8 is decoded byte by byte: a part may still be valid.
  if (text.includes("\u{fffd}"))
    return Array.from(bytes, (byte, at) => ({ text: String.fromCharCode(byte), at: at * 3 }));
  let at = 0;
  return Array.from(text, (character) => {
    const one = { text: character, at };
    at += Buffer.byteLength(character) * 3;
    return one;
  });
}

function entityText(entity: string): string | undefined {
  const name = entity.replace(/;$/, "");
  if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()];
  return /^#x/i.test(name) ? codePoint(Number.parseInt(name.slice(2), 16)) : codePoint(Number(name.slice(1)));
}

function backslashText(escaped: string): string | undefined {
  if (escaped.length === 1) return CONTROLS[escaped] ?? escaped;
  return codePoint(Number.parseInt(escaped.replaceAll(/[^0-9a-f]/gi, ""), 16));
}

function codePoint(code: number): string | undefined {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined;
}

const CONTROLS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** HTML's named entities of characters that secrets contain. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  ast: "*",
  bsol: "\\",
  colon: ":",
  comma: ",",
  commat: "@",
  dollar: "$",
  equals: "=",
  excl: "!",
  grave: "`",
  gt: ">",
  hat: "^",
  lbrace: "{",
  lbrack: "[",
  lcub: "{",
  lowbar: "_",
  lpar: "(",
  lsqb: "[",
  lt: "<",
  newline: "\n",
  num: "#",
  percnt: "%",
  period: ".",
  plus: "+",
  quest: "?",
  quot: '"',
  rbrace: "}",
  rbrack: "]",
  rcub: "}",
  rpar: ")",
  rsqb: "]",
  semi: ";",
  sol: "/",
  tab: "\t",
  verbar: "|",
  vert: "|",
};
