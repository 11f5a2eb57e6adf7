import { readFileSync, statSync } from "node:fs";
import { isPem } from "../connector/pem.ts";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { SiemError } from "../errors.ts";

/**
 * Converts the settings to Node's TLS options. Reads the files at each call, so that a new connection uses their
 * current content.
 */
export function tlsOptions({ tls_verify, tls_ca, tls_cert, tls_key }: TlsSettings) {
  return {
    rejectUnauthorized: tls_verify,
    ...(tls_ca !== undefined && { ca: pem("tls_ca", tls_ca) }),
    ...(tls_cert !== undefined && { cert: pem("tls_cert", tls_cert) }),
    ...(tls_key !== undefined && { key: pem("tls_key", tls_key.reveal()) }),
  };
}

/**
 * Returns a stamp that changes when a file named by these settings changes or can no longer be read. Never throws:
 * reading the file reports the error.
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

/** Returns PEM text, or the content of the file it names. The key never enters an error message. */
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
