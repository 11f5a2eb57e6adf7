import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { buildConnector, Dispatcher } from "undici";
import { SiemError } from "../errors.ts";
import type { Egress } from "../connector/egress.ts";
import type { DialStep } from "../connector/http-transport.ts";
import { unlessAborted } from "./deadline.ts";
import { describeTls } from "./describe-tls.ts";
import { dialTcp, secured } from "./dial.ts";
import type { EgressGuard } from "./guard/guard.ts";
import { targetOf } from "./guard/target.ts";
import type { ConnectionPool } from "./http/connection-pool.ts";
import { createConnectionPool } from "./http/connection-pool.ts";
import { judgeFirst } from "./proxy/judge-first.ts";
import { readProxySettings } from "./proxy/proxy-settings.ts";
import { tunnel } from "./proxy/tunnel.ts";
import type { LookupTurns } from "./lookup-turns.ts";
import type { ReplyMemory } from "./reply-memory.ts";
import { createReplyMemories } from "./reply-memory.ts";
import { addressesOf } from "./resolve.ts";
import { dialPlain, dialTls } from "./tls-dial.ts";
import { createTlsSource } from "./tls-source.ts";
import { undiciAgent } from "./undici-agent.ts";

/** Options of `createEgress`. */
export interface EgressOptions {
  /** Environment with `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Guard that every connection must pass; for destinations of tenants. */
  readonly guard?: EgressGuard | undefined;
  /** Memory for replies, shared by an organisation's destinations. Default: one for this egress. */
  readonly replies?: ReplyMemory;
  /** Queue of name lookups; for destinations of tenants. */
  readonly lookupTurns?: LookupTurns;
  /** Greatest age of a connection in milliseconds. Default 3 minutes. */
  readonly maxConnectionAgeMs?: number;
}

/** A SIEM that moved to other addresses is reached there after this time. */
const MAX_AGE_MS = 180_000;
/** Least time between two checks of the certificate files. */
const FILES_MS = 10_000;

/**
 * Creates the egress of a destination: opens its connections through the proxy and the guard, and keeps them open
 * between batches.
 */
export function createEgress({
  environment,
  guard: rules,
  lookupTurns,
  replies = createReplyMemories()(null),
  maxConnectionAgeMs = MAX_AGE_MS,
}: EgressOptions): Egress {
  const guard = rules && lookupTurns ? { ...rules, lookup: lookupTurns(rules.lookup) } : rules;
  const pools: ConnectionPool[] = [];
  const agents: Dispatcher[] = [];
  const sockets = new Set<Socket>();
  // Read at the first connection: reading variables costs more than all else here, and an idle destination has none.
  let settings: ReturnType<typeof readProxySettings> | undefined;

  /** Opens a connection for HTTP, through the proxy if one applies. */
  async function dial(
    origin: URL,
    options: () => ConnectionOptions,
    signal: AbortSignal,
    tell?: (name: DialStep["name"], detail: string) => void,
  ): Promise<Socket> {
    const { protocol, host: named, port } = targetOf(origin);
    const host = named.replace(/^\[(.*)\]$/, "$1");
    const target = { protocol, host, port };
    const proxies = (settings ??= readProxySettings(environment));
    if (guard !== undefined && !proxies.isEmpty) await unlessAborted(judgeFirst(guard, target), signal);
    // A misspelt proxy variable must not bypass the proxy.
    const unreadable = proxies.problems.find(({ variable }) => variable !== "NO_PROXY");
    if (unreadable !== undefined) {
      throw new SiemError("SIEM_CONFIG_INVALID", `${unreadable.variable} ${unreadable.message} ${unreadable.fix}`);
    }
    const proxy = proxies.proxyFor(protocol, host, port);
    const socket =
      proxy === undefined
        ? await dialTcp(target, signal, guard, tell && ((address) => tell("resolve", address)))
        : await tunnel(proxy, target, signal);
    const address = proxy === undefined ? (socket.remoteAddress ?? host) : host;
    // Tenants need not know which one.
    tell?.("connect", `${address} port ${port}${proxy === undefined ? "" : ", through a proxy"}`);
    if (protocol !== "https:") return socket;
    const secure = await secured(socket, { options: options(), host }, signal);
    tell?.("tls", describeTls(secure));
    return secure;
  }

  function tracked<Opened extends Socket>(socket: Opened): Opened {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    return socket;
  }

  return {
    http(tls) {
      const source = createTlsSource(tls, FILES_MS);
      const session = createSessionMemory();
      const pool = createConnectionPool({
        stamp: () => source.stamp(),
        replies,
        maxAgeMs: maxConnectionAgeMs,
        random: Math.random,
        async dial(origin, signal, onDial) {
          // Read the files before dialling: an unreadable file is not a network failure.
          const options = source.options();
          const stamp = source.stamp();
          const key = `${origin} ${stamp}`;
          const withSession = () => ({ ...options, ...HTTP_ONLY, ...session.of(key) });
          const tell = onDial && ((name: DialStep["name"], detail: string) => onDial({ origin, name, detail }));
          const socket = await dial(new URL(origin), withSession, signal, tell);
          session.watch(key, socket);
          return { socket, stamp };
        },
      });
      pools.push(pool);
      return pool;
    },
    dispatcher(tls) {
      const source = createTlsSource(tls, FILES_MS);
      const options = () => ({ ...source.options(), ...HTTP_ONLY });
      const agent = undiciAgent({
        pipelining: 1,
        connect: ({ protocol, hostname, port }, callback) => {
          const host = hostname.includes(":") ? `[${hostname}]` : hostname;
          const origin = new URL(`${protocol}//${host}:${port}`);
          void handOver(dial(origin, options, AbortSignal.timeout(DISPATCHER_DIAL_MS)), callback);
        },
      });
      agents.push(agent);
      return agent;
    },
    resolve: (host) => addressesOf(host, guard),
    connectTls: async (target, signal) => tracked(await dialTls(target, signal, guard)),
    connectPlain: async (target, signal) => tracked(await dialPlain(target, signal, guard)),
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const pool of pools) pool.close();
      await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
    },
  };
}

async function handOver(dialling: Promise<Socket>, callback: buildConnector.Callback): Promise<void> {
  let socket: Socket;
  try {
    socket = await dialling;
  } catch (error) {
    callback(error instanceof Error ? error : new Error(String(error)), null);
    return;
  }
  callback(null, socket);
}

const HTTP_ONLY = { ALPNProtocols: ["http/1.1"] };
const DISPATCHER_DIAL_MS = 30_000;
const MAX_SESSIONS = 8;

/** Keeps the last TLS session of each server, so that the next handshake is short. */
function createSessionMemory() {
  const sessions = new Map<string, Buffer>();
  return {
    of: (key: string) => ({ session: sessions.get(key) }),
    watch(key: string, socket: Socket) {
      socket.on("session", (session: Buffer) => {
        // A destination has one or two servers. More entries come from replaced certificates.
        if (sessions.size >= MAX_SESSIONS) sessions.clear();
        sessions.set(key, session);
      });
    },
  };
}
