import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AnyConnector } from "../../connector/connector.ts";
import { isPem } from "../../connector/pem.ts";
import type { Naming } from "./config-problems.ts";
import { problem } from "./config-problems.ts";
import type { ConfigProblem } from "./problem.ts";
import { settingsOf } from "./setting-table.ts";

type Found = Pick<ConfigProblem, "message" | "fix">;

/** Checks the certificates and keys in an operator's settings, given as files or PEM text. */
export function certificateProblems(
  { configSchema }: Pick<AnyConnector, "configSchema">,
  settings: Readonly<Record<string, unknown>>,
  naming: Naming,
  now: number = Date.now(),
): readonly ConfigProblem[] {
  const read = new Map<string, string>();
  const problems: ConfigProblem[] = [];
  const tell = (key: string, found: Found) => {
    const example = naming.example?.([key], `/etc/arbitex/${key.replace(/^tls_/, "")}.pem`, {});
    problems.push(problem({ ...found, path: naming.name([key]), example, at: naming.at?.([key], "value") }));
  };
  for (const { key, operatorOnly } of settingsOf(configSchema)) {
    const given = settings[key];
    if (operatorOnly !== "path" || typeof given !== "string") continue;
    const text = isPem(given) ? given : readPem(given);
    const found = typeof text === "string" ? wrongWith(text, roleOf(key), now) : text;
    if (found !== undefined) tell(key, found);
    else if (typeof text === "string") read.set(key, text);
  }
  for (const missing of halfPairs(configSchema, settings)) {
    tell(missing, {
      message: "is missing: a client certificate and its key go together.",
      fix: "Give both, or neither.",
    });
  }
  for (const [key, text] of read) {
    const cert = read.get(key.replace(/key$/, "cert"));
    if (roleOf(key) !== "key" || cert === undefined || isPair(cert, text)) continue;
    const fix = `Give the key that ${key.replace(/key$/, "cert")} was issued for: one of the two files is another's.`;
    tell(key, { message: "does not fit the certificate: it is another one's key.", fix });
  }
  return problems;
}

/** Reports a certificate without its key, or a key without its certificate. */
function halfPairs(
  configSchema: AnyConnector["configSchema"],
  settings: Readonly<Record<string, unknown>>,
): readonly string[] {
  const names = settingsOf(configSchema).map(({ key }) => key);
  const isGiven = (name: string) => settings[name] !== undefined && settings[name] !== null;
  return names.flatMap((cert) => {
    const key = cert.replace(/(^|_)cert$/, "$1key");
    if (key === cert || !names.includes(key)) return [];
    if (isGiven(cert) === isGiven(key)) return [];
    return [isGiven(cert) ? key : cert];
  });
}

type Role = "ca" | "cert" | "key" | "both";

function roleOf(key: string): Role {
  if (/(?:^|_)key$/.test(key)) return "key";
  if (/(?:^|_)ca$/.test(key)) return "ca";
  return /(?:^|_)cert$/.test(key) ? "cert" : "both";
}

const REASONS: Readonly<Record<string, Found>> = {
  ENOENT: {
    message: "there is no such file",
    fix: "Correct the path, or put the file there. PEM text itself will do as well.",
  },
  EACCES: {
    message: "this user may not read it",
    fix: "Let the user that the server runs as read the file (chown, chmod).",
  },
  EISDIR: { message: "it is a folder", fix: "Name the PEM file in it." },
  ENOTDIR: { message: "a part of the path is no folder", fix: "Correct the path." },
};

/** Reads a file, or returns what is wrong with it. The message shows its path, which is the operator's own. */
function readPem(path: string): string | Found {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const { message, fix } = REASONS[code] ?? {
      message: `it cannot be read (${code})`,
      fix: "Name a file that can be read.",
    };
    return { message: `the file ${JSON.stringify(shownPath(path))} cannot be read: ${message}.`, fix };
  }
}

/** A secret pasted in place of a path must not be shown. */
function shownPath(path: string): string {
  return /[/\\.]/.test(path) && path.length < 300 && !path.includes("\n") ? path : "that is named";
}

function wrongWith(text: string, role: Role, now: number): Found | undefined {
  if (text.includes(String.raw`\n`)) {
    return {
      message: String.raw`has \n as two characters where lines end.`,
      fix: "Keep the line ends as they are, or name a file.",
    };
  }
  const certificates = blocksOf(text, "CERTIFICATE");
  const keys = blocksOf(text, "PRIVATE KEY");
  if (certificates.length + keys.length === 0) return noPem(text, role);
  if (role === "key") return keys.length === 0 ? swapped("a certificate", "a private key") : wrongKey(keys[0] ?? "");
  if (certificates.length === 0) return swapped("a private key", "a certificate");
  const wrong = wrongCertificates(certificates, role, now);
  if (wrong !== undefined || role !== "both") return wrong;
  if (keys.length === 0)
    return {
      message: "has no private key beside the certificate.",
      fix: "Put both into one file: cat cert.pem key.pem.",
    };
  return wrongKey(keys[0] ?? "") ?? (isPair(text, keys[0] ?? "") ? undefined : otherKey);
}

const otherKey: Found = {
  message: "holds a key that is not its certificate's.",
  fix: "Put the two that belong together into it.",
};

function noPem(text: string, role: Role): Found {
  const wanted = role === "key" ? "-----BEGIN PRIVATE KEY-----" : "-----BEGIN CERTIFICATE-----";
  if (text.trim() === "") return { message: "is an empty file.", fix: `It must hold ${wanted}.` };
  if (text.includes("-----BEGIN"))
    return { message: "is PEM, but of something else or cut off.", fix: `It must hold ${wanted}, to its END line.` };
  const convert =
    role === "key"
      ? "openssl pkey -inform der -in FILE -out key.pem"
      : "openssl x509 -inform der -in FILE -out cert.pem";
  return { message: "is not PEM.", fix: `It must hold ${wanted}. A binary one (DER) becomes PEM with: ${convert}` };
}

function swapped(found: string, wanted: string): Found {
  return { message: `holds ${found} where ${wanted} is wanted.`, fix: `Name the file with ${wanted}.` };
}

function wrongKey(pem: string): Found | undefined {
  if (/ENCRYPTED/.test(pem)) {
    return { message: "is encrypted with a passphrase.", fix: "Decrypt it: openssl pkey -in FILE -out key.pem" };
  }
  try {
    createPrivateKey(pem);
    return undefined;
  } catch {
    return { message: "is no private key that can be read: it is damaged.", fix: "Copy the file again, whole." };
  }
}

const DAY_MS = 86_400_000;

/** One valid certificate of several authorities is enough; a client's own is the first of its chain. */
function wrongCertificates(pems: readonly string[], role: Role, now: number): Found | undefined {
  const parsed: X509Certificate[] = [];
  for (const pem of pems) {
    try {
      parsed.push(new X509Certificate(pem));
    } catch {
      return { message: "holds a certificate that cannot be read: it is damaged.", fix: "Copy the file again, whole." };
    }
  }
  const own = role === "ca" ? parsed : parsed.slice(0, 1);
  if (own.some(({ validFrom, validTo }) => Date.parse(validFrom) <= now && now <= Date.parse(validTo)))
    return undefined;
  const expired = own.find(({ validTo }) => Date.parse(validTo) < now);
  if (expired === undefined) {
    return {
      message: `is not valid yet: from ${dateOf(own[0]?.validFrom)} on.`,
      fix: "Correct this machine's clock, or use another one.",
    };
  }
  const days = Math.floor((now - Date.parse(expired.validTo)) / DAY_MS);
  return {
    message: `expired on ${dateOf(expired.validTo)}, ${days === 0 ? "today" : `${days} ${days === 1 ? "day" : "days"} ago`}.`,
    fix: "Renew it.",
  };
}

function dateOf(text = ""): string {
  return new Date(text).toISOString().slice(0, 10);
}

/** Key types that cannot be compared are left to the connection. */
function isPair(certificates: string, key: string): boolean {
  const [own = ""] = blocksOf(certificates, "CERTIFICATE");
  try {
    return new X509Certificate(own).checkPrivateKey(createPrivateKey(key));
  } catch {
    return true;
  }
}

/** Returns the complete PEM blocks of a kind: `CERTIFICATE`, or any `… PRIVATE KEY`. */
function blocksOf(text: string, kind: "CERTIFICATE" | "PRIVATE KEY"): readonly string[] {
  const block = new RegExp(String.raw`-----BEGIN ((?:[A-Z0-9]+ )*${kind})-----[^]*?-----END \1-----`, "g");
  return text.match(block) ?? [];
}
