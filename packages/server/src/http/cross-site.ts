import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Session } from "../access/session-store.ts";
import type { Problem } from "./problem.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a request with a session cookie that another site's page may have caused: one that changes something and has
 * no token of the session, or one that the browser says comes from elsewhere.
 */
export function crossSiteProblem(
  { method, headers }: Pick<FastifyRequest, "method" | "headers">,
  { csrfToken }: Pick<Session, "csrfToken">,
): Problem | undefined {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return csrf("It comes from another site.");
  if (READING.has(method)) return undefined;
  const given = headers["x-csrf-token"];
  if (typeof given === "string" && isSame(given, csrfToken)) return undefined;
  return csrf("Send the header X-CSRF-Token with csrf_token of GET /v1/session.");
}

function csrf(detail: string): Problem {
  return { status: 403, code: "csrf", title: "Not from this session's page", detail };
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
