/** One way in which a secret may stand in a text, all escapes undone. */
export interface SecretForm {
  readonly text: string;
  /** What is left of it tells something from this length on. */
  readonly leastCut: number;
  /** With the characters before and after that belong to the same base64: they hold the rest of it. */
  readonly isBase64: boolean;
}

/** Shorter ones are no secrets, and hiding them would tear holes into words. */
const SHORTEST_SECRET = 4;
/** A third of a secret tells something, but for a long one this much does already. */
export const SHORTEST_CUT = 8;
const LONGEST_CUT = 16;

/** As it was given, in base64 whatever stands before it there, in hexadecimal, and undone where it is base64 itself. */
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

/** Of an address that is a credential what stands behind the host, and of a PEM what stands between its lines of dashes. */
function tellingParts(secret: string): readonly string[] {
  const path = /^https?:\/\/[^/@?#]+(\/.{8,})$/is.exec(secret)?.[1];
  if (path !== undefined) return [path];
  const bodies = [...secret.matchAll(/-----BEGIN [^-]+-----([^-]+)-----END /g)]
    .map(([, body = ""]) => body.trim())
    .filter(({ length }) => length >= SHORTEST_CUT);
  return bodies.length === 0 ? [secret] : bodies;
}

/** Elasticsearch's API keys are given as base64, and spoken of as what that holds. */
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
 * What of a text's base64 does not depend on what stands around it, for each of the three places at which it may begin: after
 * `Bearer `, after a user's name and a colon, within JSON.
 */
function base64Of(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const core = whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
