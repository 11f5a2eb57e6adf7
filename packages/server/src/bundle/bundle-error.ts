import { SiemError } from "@arbitex/core";

/** An error of an invalid bundle, with the place, the problem and the fix. */
export function invalidBundle(place: string, what: string, fix: string): SiemError {
  return new SiemError("SIEM_BUNDLE_INVALID", `${place}: ${what}. ${fix}`);
}

export const COPY_AGAIN = "Nothing of it was delivered. Copy the file again from where it was exported.";
