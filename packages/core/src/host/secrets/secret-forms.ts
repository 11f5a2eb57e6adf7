/** One form of a secret in a text without escapes. */
export interface SecretForm {
  readonly text: string;
  /** Shortest part of the form that reveals anything, in characters. */
  readonly leastCut: number;
  /** Whether neighbouring base64 characters belong to it: they hold the rest of the secret. */
  readonly isBase64: boolean;
}

/** A shorter value is not a secret, and hiding it would break up words. */
const SHORTEST_SECRET = 4;
/** Shortest part to hide: a third of a secret, but this many characters of a long one. */
export const SHORTEST_CUT = 8;
const LONGEST_CUT = 16;

/**
 * Returns the forms of a secret: as given, in base64 at any alignment, in hexadecimal, and decoded if it is base64
 * itself.
 */
export function formsOf(secret: string): readonly SecretForm[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const texts = tellingParts(secret).flatMap((part) => [part, part.replaceAll(" ", "+"), ...undone(part)]);
  const plain = [...texts, ...texts.flatMap(hexOf)].map((text) => formOf(text, false));
  const packed = texts.flatMap(base64Of).map((text) => formOf(text, true));
  const forms = [...plain, ...packed].filter(({ text }) => text.length >= SHORTEST_SECRET);
  return [...new Map(forms.map((form) => [form.text, form])).values()];
}

function formOf(text: string, isBase64: boolean): SecretForm {
  const leastCut = Math.min(text.length, Math.max(SHORTEST_CUT, Math.min(LONGEST_CUT, Math.ceil(text.length / 3))));
  return { text, leastCut, isBase64 };
}

/** Returns the revealing part of an address (after the host) and of a PEM text (between its dashed lines). */
function tellingParts(secret: string): readonly string[] {
  const path = /^https?:\/\/[^/@?#]+(\/.{8,})$/is.exec(secret)?.[1];
  if (path !== undefined) return [path];
  const bodies = [...secret.matchAll(/-----BEGIN [^-]+-----([^-]+)-----END /g)]
    .map(([, body = ""]) => body.trim())
    .filter(({ length }) => length >= SHORTEST_CUT);
  return bodies.length === 0 ? [secret] : bodies;
}

/** Decodes base64: Elasticsearch's API keys are given encoded and shown decoded. */
function undone(secret: string): readonly string[] {
  if (!/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(secret)) return [];
  const text = Buffer.from(secret, "base64").toString("utf8");
  return /^[\x21-\x7e]{8,}$/.test(text) ? [text] : [];
}

function hexOf(text: string): readonly string[] {
  const hex = Buffer.from(text).toString("hex");
  return [hex, hex.toUpperCase()];
}

/**
 * Returns the base64 of a text at each of three alignments, without the characters that depend on its neighbours: after
 * `Bearer `, after a user name and colon, within JSON.
 */
function base64Of(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const core = whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
