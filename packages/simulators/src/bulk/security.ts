import type { Reply, RequestHead } from "../simulator/behaviour.ts";
import { isObject, parseJson } from "../simulator/json.ts";
import type { Product } from "./product.ts";
import { productReply } from "./product.ts";

/** Accepted credentials. Without either, every request is accepted. */
export interface Credentials {
  /** The encoded form, base64 of `id:key`. */
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
}

const CHALLENGES = ['Basic realm="security" charset="UTF-8"', 'Bearer realm="security"', "ApiKey"];

/** The answer to a request without a valid credential; undefined when it is valid. */
export function refuseCredential(head: RequestHead, credentials: Credentials, product: Product): Reply | undefined {
  const { apiKey, username, password } = credentials;
  if (apiKey === undefined && username === undefined) return undefined;
  const given = head.headers.authorization;
  const basic = `Basic ${Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64")}`;
  if (apiKey !== undefined && given === `ApiKey ${apiKey}`) return undefined;
  if (username !== undefined && given === basic) return undefined;
  const reason =
    given === undefined
      ? `missing authentication credentials for REST request [${head.path}]`
      : "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
  const cause = { type: "security_exception", reason, header: { "WWW-Authenticate": CHALLENGES } };
  const reply = productReply(product, 401, { error: { root_cause: [cause], ...cause }, status: 401 });
  return { ...reply, headers: { ...reply.headers, "WWW-Authenticate": CHALLENGES } };
}

/** The reply of `POST /_security/user/_has_privileges`. Without a list, all privileges are granted. */
export function hasPrivileges(body: Buffer, granted: readonly string[] | undefined): unknown {
  const asked = parseJson(body.toString());
  const isGranted = (privilege: string) => granted === undefined || granted.includes(privilege);
  const answer = (privileges: readonly string[]) =>
    Object.fromEntries(privileges.map((privilege) => [privilege, isGranted(privilege)]));
  const cluster = answer(texts(isObject(asked) ? asked["cluster"] : undefined));
  const entries = isObject(asked) && Array.isArray(asked["index"]) ? (asked["index"] as readonly unknown[]) : [];
  const index = Object.fromEntries(
    entries
      .filter(isObject)
      .flatMap(({ names, privileges }) => texts(names).map((name) => [name, answer(texts(privileges))] as const)),
  );
  const all = [cluster, ...Object.values(index)].every((group) => Object.values(group).every(Boolean));
  return { username: "simulator", has_all_requested: all, cluster, index, application: {} };
}

function texts(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item) => typeof item === "string");
}
