import type { LookupAddress, LookupAllOptions } from "node:dns";
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { SiemError } from "../../errors.ts";
import { parseAddress } from "./address.ts";
import { allowsName, canonicalHost, isOpen, parseAllowed } from "./allow-list.ts";
import { parsePorts } from "./ports.ts";
import { addressRefusal, isNotFound, portRefusal, schemeRefusal } from "./refusal.ts";
import type { GuardTarget } from "./target.ts";

/** Where a guarded destination may go besides public addresses, and how. */
export interface GuardRules {
  /** Addresses, ranges (`10.1.0.0/16`) and names (`splunk.corp.example`, `*.siem.corp.example`). Default none. */
  readonly allow?: readonly string[];
  /** Ports and ranges of ports. Default 443 and `1024-65535`. */
  readonly ports?: readonly (number | string)[];
  /** Whether http, and any other connection, is open without TLS too. Default false. */
  readonly plainHttp?: boolean;
}

/** Judges a connection three times: before its address is looked up, before it is dialled, and once it is there. */
export interface EgressGuard {
  /** Why there is to be no connection to this target, as far as can be told without looking up its name. */
  refuseTarget(target: GuardTarget): SiemError | undefined;
  /** In place of `dns.lookup`: every address that a name has is good, or there is none. */
  readonly lookup: LookupFunction;
  /** Why this address, which a connection to `host` has ended up at, is not to be spoken to. */
  refusePeer(host: string, address: string | undefined): SiemError | undefined;
  /** Why a name that cannot be looked up here is not to be left to a proxy. */
  refuseUnresolved(host: string): SiemError | undefined;
}

/** As `dns.lookup` with `all`. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

/** Throws for rules that cannot be read. */
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
        // Which names there are is not said either: one that leads nowhere is refused as one that leads inside.
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

/** Names that the public tree does not have: one label, or an ending for private use. */
const INTERNAL_NAME = /^[^.]*$|\.(?:localhost|local|internal|intranet|corp|home|lan|private|svc|home\.arpa)$/;

function unreadable(setting: "allow" | "ports", given: string | number): never {
  throw new SiemError("SIEM_CONFIG_INVALID", `egress.${setting}: ${JSON.stringify(given)} cannot be read.`);
}
