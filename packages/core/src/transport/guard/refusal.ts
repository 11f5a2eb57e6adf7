import { SiemError } from "../../errors.ts";

// What a name leads to is never said: whoever may ask for names would read an internal network's map in the answers.

export function addressRefusal(host: string): SiemError {
  return new SiemError("SIEM_EGRESS_ADDRESS", `"${host}" is not, or does not only lead to, a public address`);
}

export function portRefusal(port: number): SiemError {
  return new SiemError("SIEM_EGRESS_PORT", `port ${port} is not open to this destination`);
}

export function schemeRefusal(protocol: string): SiemError {
  return new SiemError(
    "SIEM_EGRESS_SCHEME",
    `${protocol.replace(/:$/, "")} is not open to this destination, only https`,
  );
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SIEM_EGRESS_");
}
