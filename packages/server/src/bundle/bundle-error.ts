import { SiemError } from "@arbitex/core";

/** Something is wrong with a bundle: where, what, and the way out. */
export function invalidBundle(place: string, what: string, fix: string): SiemError {
  return new SiemError("SIEM_BUNDLE_INVALID", `${place}: ${what}. ${fix}`);
}

export const COPY_AGAIN = "Nothing of it was delivered. Copy the file again from where it was exported.";
