import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { CheckReport, CheckStep, OnStep } from "../connector/check-report.ts";
import type { ConnectorContext } from "../connector/connector.ts";
import { describeFailure, tlsFixOf } from "./classify-failure.ts";
import { createTcpConnection } from "./tcp-connection.ts";
import type { Fixes } from "./tcp-failure.ts";
import { describeTls } from "./describe-tls.ts";
import { codeOf, hangUpFix, hungUp, unopenedVerdict } from "./tcp-failure.ts";
import type { TcpTarget } from "./tcp-target.ts";
import { connectTo } from "./tcp-target.ts";

export interface TcpCheck {
  readonly context: ConnectorContext;
  readonly target: TcpTarget;
  readonly fixes: Fixes;
  /** Milliseconds to wait for a refusal after the handshake. */
  readonly waitMs: number;
}

const CONNECT_FIXES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Nothing listens there: check host and port, and that the log source is deployed.",
  ETIMEDOUT: "Nothing answers there: check host and port, and the firewalls in between.",
  EHOSTUNREACH: "There is no way to that host: check it, and the network.",
  ENETUNREACH: "There is no way to that network: check the host, and the network.",
};

/** Opens a separate connection, as a batch would, and writes nothing. */
export async function checkTcp(
  { context, target, fixes, waitMs }: TcpCheck,
  signal: AbortSignal,
  onStep?: OnStep,
): Promise<CheckReport> {
  const steps: CheckStep[] = [];
  const passed = (name: string, detail: string) => {
    const step = { name, status: "passed", detail } as const;
    steps.push(step);
    onStep?.(step);
  };
  try {
    const found = await context.egress.resolve(target.host);
    passed("resolve", found.join(", "));
  } catch (error) {
    const fix = tlsFixOf(error) ?? "Check the host's name, and that this machine can resolve it.";
    return { steps: [failed("resolve", error, fix)] };
  }

  let isConnected = false;
  const onConnected = (address: string) => {
    isConnected = true;
    passed("connect", `${address} port ${target.port}`);
  };
  const fixOf = (error: unknown) => fixAfterConnecting(error, { target, fixes });
  let socket: Socket;
  try {
    socket = await connectTo(target, context.egress, onConnected, signal);
  } catch (error) {
    const fix = isConnected ? fixOf(error) : (connectFixOf(error) ?? tlsFixOf(error));
    return { steps: [...steps, failed(isConnected ? "tls" : "connect", error, fix)] };
  }
  // Without TLS too, a server may hang up at once.
  const [name, seen] = socket instanceof TLSSocket ? ["tls", describeTls(socket)] : ["accepted", "without TLS"];
  const connection = createTcpConnection(socket, {
    now: Date.now,
    handshakeMs: 0,
    writeTimeoutMs: waitMs,
    proofMs: { least: 0, most: waitMs },
  });
  const refusal = await connection.accepted(waitMs, signal);
  await connection.end(waitMs);
  if (refusal === undefined) return { steps: [...steps, { name, status: "passed", detail: seen }] };
  return { steps: [...steps, failed(name, refusal.error, fixOf(refusal.error))] };
}

function failed(name: string, error: unknown, fix: string | undefined): CheckStep {
  return { name, status: "failed", detail: describeFailure(error), ...(fix !== undefined && { fix }) };
}

function fixAfterConnecting(error: unknown, { target, fixes }: Pick<TcpCheck, "target" | "fixes">): string | undefined {
  const verdict = unopenedVerdict(error, fixes);
  if (verdict.kind === "suspend") return verdict.fix;
  return hungUp(error) ? hangUpFix(target) : undefined;
}

function connectFixOf(error: unknown): string | undefined {
  // Node tries every address of a name and reports them all at once.
  return CONNECT_FIXES[codeOf(error instanceof AggregateError ? error.errors[0] : error) ?? ""];
}
