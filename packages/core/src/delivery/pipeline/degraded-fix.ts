/** Fixes for failures that usually pass without action, by the code in a reason. */
const FIXES: Readonly<Record<string, string>> = {
  ENOTFOUND: "The name has no address: correct it in the settings, or in the DNS that this machine asks.",
  EAI_AGAIN: "The DNS of this machine does not answer: see whether it can resolve any name.",
  ECONNREFUSED: "Nothing listens there: check host and port, and whether the SIEM or its proxy runs.",
  ECONNRESET: "The connection was cut: look at the SIEM's log, and at proxies and firewalls on the way.",
  ETIMEDOUT: "No answer in time: look at the SIEM's load, and at firewalls and routes on the way.",
  EHOSTUNREACH: "There is no route to this address: look at routes and firewalls on the way.",
  ENETUNREACH: "There is no route to this address: look at routes and firewalls on the way.",
};

const CODE = new RegExp(`\\b(?:${Object.keys(FIXES).join("|")})\\b`);

/** Returns what an operator can do about a failing destination, if its reason tells. */
export function degradedFixOf(reason: string | undefined): string | undefined {
  const [code] = CODE.exec(reason ?? "") ?? [];
  return code === undefined ? undefined : FIXES[code];
}
