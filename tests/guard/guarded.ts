import { lookup } from "node:dns";
import { domainToASCII } from "node:url";
import { httpClient } from "@arbitex/core";
import type { GuardRules, Resolve } from "@arbitex/core/host";
import { createEgress, createGuard } from "@arbitex/core/host";
import { createTestContext } from "@arbitex/testkit";
import { onTestFinished } from "vitest";
import { addressesOfNames } from "./forbidden-hosts.ts";

export interface GuardedOptions {
  readonly rules?: GuardRules;
  readonly resolve?: Resolve;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a destination of an organisation connects with. */
export function guarded({ rules = {}, resolve = resolveNames, environment = {} }: GuardedOptions = {}) {
  const egress = createEgress({ environment, guard: createGuard(rules, resolve) });
  onTestFinished(() => egress.close());
  const http = httpClient({ context: createTestContext({ egress }), timeoutMs: 5000 });
  return {
    egress,
    post: (url: string) => http.send({ url, body: Buffer.from("canary") }, AbortSignal.timeout(5000)),
    dial: (host: string, port: number) =>
      egress.connectTls({ host, port, tls: { tls_verify: false } }, AbortSignal.timeout(5000)),
  };
}

/** Names that tests make up, in every spelling, and the system for numbers. */
export const resolveNames: Resolve = (host, options, callback) => {
  const addresses = addressesOfNames[domainToASCII(host).replace(/\.$/, "")];
  if (addresses !== undefined) callback(null, addresses.map(answer));
  else if (/^[\d.x]+$/i.test(host)) lookup(host, options, callback);
  else callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" }), []);
};

function answer(address: string) {
  return { address, family: address.includes(":") ? 6 : 4 };
}
