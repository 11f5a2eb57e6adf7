/** Reads messages as a receiver does, from the rules of the formats and from nothing of this package. */
export interface ParsedMessage {
  readonly priority: number;
  readonly time: string;
  readonly host: string;
  readonly format: "CEF" | "LEEF";
  /** Fields of the format's own header, version first. */
  readonly header: readonly string[];
  /** In order of appearance. */
  readonly keys: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

const RFC5424 = /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\x21-\x7e]{1,255}) arbitex - - - (.*)$/su;
const RFC3164 = /^<(\d{1,3})>([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) ([\x21-\x7e]{1,255}) (.*)$/su;

export function parseMessage(text: string): ParsedMessage {
  const match = RFC5424.exec(text) ?? RFC3164.exec(text);
  if (match === null) throw new Error(`no syslog header: ${text.slice(0, 100)}`);
  const [, priority = "", time = "", host = "", message = ""] = match;
  const parsed = message.startsWith("CEF:0|") ? parseCef(message) : parseLeef(message);
  return { priority: Number(priority), time, host, ...parsed };
}

function parseCef(message: string): Omit<ParsedMessage, "priority" | "time" | "host"> {
  const header: string[] = [];
  let at = "CEF:".length;
  let field = "";
  while (header.length < 7) {
    const character = message[at];
    if (character === undefined) throw new Error("the header ends early");
    if (character === "\\") {
      const next = message[at + 1];
      if (next !== "\\" && next !== "|") throw new Error(`not an escape in the header: \\${next}`);
      field += next;
      at += 2;
      continue;
    }
    at++;
    if (character !== "|") field += character;
    else {
      header.push(field);
      field = "";
    }
  }
  return { format: "CEF", header, ...parseExtension(message.slice(at)) };
}

/** A key is what stands before an unescaped `=`, back to the last space. */
function parseExtension(text: string): Pick<ParsedMessage, "keys" | "values"> {
  const equals: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "=") equals.push(at);
  }
  const starts = equals.map((at) => text.lastIndexOf(" ", at) + 1);
  const pairs = equals.map((at, index): [string, string] => {
    const next = starts[index + 1];
    return [text.slice(starts[index], at), unescape(text.slice(at + 1, next === undefined ? undefined : next - 1))];
  });
  if (text !== "" && starts[0] !== 0) throw new Error("the extension does not begin with a key");
  return collect(pairs);
}

function unescape(value: string): string {
  const escapes: Readonly<Record<string, string>> = { "\\": "\\", "=": "=", n: "\n", r: "\r" };
  return value.replaceAll(/\\(.?)/gsu, (whole, letter: string) => {
    const meaning = escapes[letter];
    if (meaning === undefined) throw new Error(`not an escape: ${whole}`);
    return meaning;
  });
}

function parseLeef(message: string): Omit<ParsedMessage, "priority" | "time" | "host"> {
  const parts = message.split("|");
  const [version = "", vendor = "", product = "", productVersion = "", eventId = "", delimiter = ""] = parts;
  if (version !== "LEEF:2.0" || delimiter.length !== 1) throw new Error(`no LEEF: ${message.slice(0, 60)}`);
  const attributes = parts.slice(6).join("|");
  const pairs = attributes.split(delimiter).map((attribute): [string, string] => {
    const at = attribute.indexOf("=");
    if (at <= 0) throw new Error(`no key: ${attribute}`);
    return [attribute.slice(0, at), attribute.slice(at + 1)];
  });
  return { format: "LEEF", header: ["2.0", vendor, product, productVersion, eventId], ...collect(pairs) };
}

function collect(pairs: readonly [string, string][]): Pick<ParsedMessage, "keys" | "values"> {
  const keys = pairs.map(([key]) => key);
  if (new Set(keys).size !== keys.length) throw new Error(`a key stands twice: ${keys.join(" ")}`);
  const bad = keys.find((key) => !/^[A-Za-z][A-Za-z0-9]*$/.test(key));
  if (bad !== undefined) throw new Error(`not a key: ${bad}`);
  return { keys, values: Object.fromEntries(pairs) };
}
