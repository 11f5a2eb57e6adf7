import type { LookupAddress, LookupAllOptions } from "node:dns";
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { SiemError } from "../../errors.ts";
import { parseAddress } from "./address.ts";
import { allowsName, canonicalHost, isOpen, parseAllowed } from "./allow-list.ts";
import { parsePorts } from "./ports.ts";
import { addressRefusal, isNotFound, portRefusal, schemeRefusal } from "./refusal.ts";
import type { GuardTarget } from "./target.ts";

/** Addresses and ports that a guarded destination may use besides public addresses. */
export interface GuardRules {
  /**
   * Allowed addresses, ranges (`10.1.0.0/16`) and names (`splunk.corp.example`, `*.siem.corp.example`). Default none.
   */
  readonly allow?: readonly string[];
  /** Allowed ports and port ranges. Default 443 and `1024-65535`. */
  readonly ports?: readonly (number | string)[];
  /** Whether connections without TLS are allowed. Default false. */
  readonly plainHttp?: boolean;
}

/** Checks a connection three times: before the name lookup, before dialling, and once connected. */
export interface EgressGuard {
  /** Returns why a target is refused, as far as known without a lookup of its name; undefined if it is not. */
  refuseTarget(target: GuardTarget): SiemError | undefined;
  /** Replaces `dns.lookup`. Fails unless every address of the name is allowed. */
  readonly lookup: LookupFunction;
  /** Returns why the peer address of a connection to `host` is refused; undefined if it is not. */
  refusePeer(host: string, address: string | undefined): SiemError | undefined;
  /** Returns why a name that is unknown here must not be passed to a proxy; undefined if it may. */
  refuseUnresolved(host: string): SiemError | undefined;
}

/** Resolves a name to all its addresses, as `dns.lookup` with `all`. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/** Creates the guard of a destination. Throws for invalid rules. */
export function createGuard(rules: GuardRules = {}, resolve: Resolve = systemLookup): EgressGuard {
  const allowed = (rules.allow ?? []).map((text) => parseAllowed(text) ?? unreadable("allow", text));
  const ports = (rules.ports ?? DEFAULT_PORTS).map((text) => parsePorts(text) ?? unreadable("ports", text));
  const isGood = (host: string, text: string) => {
    const address = parseAddress(text);
    return address !== undefined && isOpen(allowed, host, address);
  };

  return {
    refuseTarget({ protocol, host, port }) {
      const isPlain = protocol === "http:" || protocol === "tcp:";
      if (isPlain ? rules.plainHttp !== true : protocol !== "https:" && protocol !== "tls:")
        return schemeRefusal(protocol);
      if (!ports.some(({ from, to }) => port >= from && port <= to)) return portRefusal(port);
      const literal = canonicalHost(host);
      const isFit = parseAddress(literal) === undefined ? literal !== "" : isGood(host, literal);
      return isFit ? undefined : addressRefusal(host);
    },
    lookup(host, options, callback) {
      resolve(host, { ...options, all: true }, (error, found) => {
        const [first] = found ?? [];
        // A name that does not resolve is refused like an internal one, so that the answer does not tell which names
        // exist.
        if (error !== null && !isNotFound(error)) callback(error, []);
        else if (error !== null || first === undefined) callback(addressRefusal(host, error ?? undefined), []);
        else if (!found.every(({ address }) => isGood(host, address))) callback(addressRefusal(host), []);
        else if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      });
    },
    refusePeer(host, address) {
      return address !== undefined && isGood(host, address) ? undefined : addressRefusal(host);
    },
    refuseUnresolved(host) {
      return INTERNAL_NAME.test(canonicalHost(host)) && !allowsName(allowed, host) ? addressRefusal(host) : undefined;
    },
  };
}

const DEFAULT_PORTS = [443, "1024-65535"];

/** Names outside the public DNS: a single label, or a suffix for private use. */
const INTERNAL_NAME = /^[^.]*$|\.(?:localhost|local|internal|intranet|corp|home|lan|private|svc|home\.arpa)$/;

function unreadable(setting: "allow" | "ports", given: string | number): never {
  throw new SiemError("SIEM_CONFIG_INVALID", `egress.${setting}: ${JSON.stringify(given)} cannot be read.`);
}
