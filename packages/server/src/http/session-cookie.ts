import type { FastifyReply, FastifyRequest } from "fastify";

/** The prefix makes browsers refuse the cookie from another host or without TLS. */
const SECURE_NAME = "__Host-siem_session";
const PLAIN_NAME = "siem_session";

/** What `SessionStore` makes. Anything else needs no question to the database. */
const SECRET = /^[\w-]{43}$/;

/** The value of a request's session cookie. */
export function sessionSecretOf({ headers }: Pick<FastifyRequest, "headers">): string | undefined {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim().split("=", 2));
  const valueOf = (name: string) => pairs.find(([key]) => key === name)?.[1];
  const secret = valueOf(SECURE_NAME) ?? valueOf(PLAIN_NAME);
  return secret !== undefined && SECRET.test(secret) ? secret : undefined;
}

/**
 * Sets the session cookie: scripts cannot read it, and no other site's request carries it. It has no lifetime of its
 * own: the server ends the session.
 */
export function setSessionCookie(reply: FastifyReply, secret: string, isSecure: boolean): void {
  reply.header("set-cookie", cookieText(isSecure ? SECURE_NAME : PLAIN_NAME, secret, isSecure));
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.header("set-cookie", [
    `${cookieText(SECURE_NAME, "", true)}; Max-Age=0`,
    `${cookieText(PLAIN_NAME, "", false)}; Max-Age=0`,
  ]);
}

function cookieText(name: string, value: string, isSecure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}
