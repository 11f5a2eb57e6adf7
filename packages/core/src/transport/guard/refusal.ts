import { SiemError } from "../../errors.ts";

// A refusal never tells the address of a name: a tenant could map an internal network by asking.

/** Refuses an address. `cause` is set if the name is unknown here: a proxy may know it. */
export function addressRefusal(host: string, cause?: Error): SiemError {
  const message = `"${host}" leads to no public address, or not only to public ones`;
  return new SiemError("SIEM_EGRESS_ADDRESS", message, cause && { cause });
}

/** Returns whether a name was refused because it is unknown here. */
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
