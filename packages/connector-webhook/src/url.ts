import type { Secret } from "@arbitex/core";

/**
 * Returns what is wrong with a configured URL, with a fix; undefined if nothing is. Never repeats it, since it may hold
 * a token.
 */
export function urlProblem(secret: Secret): string | undefined {
  const url = secret.reveal().trim();
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return "must begin with https:// (or http://) and name a host, such as https://soar.example.com/hooks/audit";
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "must not hold a user name or password: they belong in `username` and `password`";
  }
  if (parsed.hash !== "") return "must end before the #, which is never sent";
  return undefined;
}
