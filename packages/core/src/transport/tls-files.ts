import { readFileSync, statSync } from "node:fs";
import { isPem } from "../connector/pem.ts";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { SiemError } from "../errors.ts";

/** The settings as Node's TLS wants them. Files are read anew at each call, so that a new connection uses what is there now. */
export function tlsOptions({ tls_verify, tls_ca, tls_cert, tls_key }: TlsSettings) {
  return {
    rejectUnauthorized: tls_verify,
    ...(tls_ca !== undefined && { ca: pem("tls_ca", tls_ca) }),
    ...(tls_cert !== undefined && { cert: pem("tls_cert", tls_cert) }),
    ...(tls_key !== undefined && { key: pem("tls_key", tls_key.reveal()) }),
  };
}

/**
 * Differs from an earlier one when a file that these settings name has changed since, or can no longer be looked at.
 * Never throws: what is wrong with a file is said when it is read.
 */
export function tlsFilesStamp({ tls_ca, tls_cert, tls_key }: TlsSettings): string {
  return [tls_ca, tls_cert, tls_key?.reveal()].map((value) => (value === undefined ? "" : stampOf(value))).join(" ");
}

function stampOf(value: string): string {
  if (isPem(value)) return "";
  try {
    const { ino, mtimeMs, size } = statSync(value);
    return `${ino}:${mtimeMs}:${size}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unreadable";
  }
}

/** PEM text as it is, or the file it names. The key's own text never enters the message. */
function pem(setting: string, value: string): string {
  if (isPem(value)) return value;
  try {
    return readFileSync(value, "utf8");
  } catch (cause) {
    const shown = setting === "tls_key" ? "the file it names" : `"${value}"`;
    throw new SiemError(
      "SIEM_TLS_FILE",
      `${setting}: ${shown} cannot be read. Give PEM text or a readable file's path.`,
      { cause },
    );
  }
}
