import { SiemError } from "../../errors.ts";

// What a name leads to is never said: whoever may ask for names would read an internal network's map in the answers.

/** The cause is for who asks on: a name that is not known here may be known to a proxy. */
export function addressRefusal(host: string, cause?: Error): SiemError {
  const message = `"${host}" leads to no public address, or not only to public ones`;
  return new SiemError("SIEM_EGRESS_ADDRESS", message, cause && { cause });
}

/** Whether a name was refused because nobody knew it here. */
export function isOfUnknownName(error: unknown): boolean {
  return isRefusal(error) && error instanceof Error && isNotFound(error.cause);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOTFOUND" || error.code === "ENODATA");
}

export function portRefusal(port: number): SiemError {
  return new SiemError("SIEM_EGRESS_PORT", `port ${port} is not open to this destination`);
}

export function schemeRefusal(protocol: string): SiemError {
  return new SiemError(
    "SIEM_EGRESS_SCHEME",
    `${protocol.replace(/:$/, "")} is not open to this destination, only ${protocol === "tcp:" ? "tls" : "https"}`,
  );
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SIEM_EGRESS_");
}
