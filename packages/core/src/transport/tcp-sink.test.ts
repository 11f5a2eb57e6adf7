import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Authority, KeyPair } from "../../../../tests/certificates.ts";
import { createAuthority } from "../../../../tests/certificates.ts";
import type { TlsReceiver, TlsReceiverOptions } from "../../test/tls-receiver.ts";
import { startTlsReceiver } from "../../test/tls-receiver.ts";
import type { Batch } from "../connector/batch.ts";
import type { ConnectorContext } from "../connector/connector.ts";
import { Secret } from "../connector/secret.ts";
import { AcceptedEvent } from "../event/accepted-event.ts";
import { silentLogger } from "../telemetry/logger.ts";
import { createEgress } from "./egress.ts";
import type { TcpSinkOptions, TcpTiming } from "./tcp-sink.ts";
import { tcpSink } from "./tcp-sink.ts";

let authority: Authority;
let stranger: Authority;
let server: KeyPair;
let client: KeyPair;

beforeAll(async () => {
  [authority, stranger] = await Promise.all([createAuthority("Test CA"), createAuthority("Another CA")]);
  server = await authority.issue({ name: "receiver", usage: "server" });
  client = await authority.issue({ name: "sender", usage: "client" });
});

describe("sending", () => {
  it("writes batches to one connection, in order", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    for (const text of ["one\n", "two\n", "three\n"]) expect(await sink.send(batchOf(text), signal)).toEqual(accepted);
    await vi.waitFor(() => expect(receiver.text()).toBe("one\ntwo\nthree\n"));
    expect(receiver.connections).toHaveLength(1);
  });

  it("lets the next batch pass while the last one waits for bad news", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver, { timing: { proofMs: { least: 5000, most: 5000 } } });
    const sending = ["one\n", "two\n", "three\n"].map((text) => sink.send(batchOf(text), signal));
    await vi.waitFor(() => expect(receiver.text()).toBe("one\ntwo\nthree\n"));
    receiver.connections[0]?.reset();
    for (const verdict of await Promise.all(sending)) expect(verdict).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("writes one batch at a time after a loss, so that a bad connection loses no more than one", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver, { timing: { proofMs: { least: 150, most: 150 } } });
    const first = sink.send(batchOf("first\n"), signal);
    await vi.waitFor(() => expect(receiver.text()).toBe("first\n"));
    receiver.connections[0]?.reset();
    expect(await first).toMatchObject({ kind: "retry" });
    const sending = ["one\n", "two\n"].map((text) => sink.send(batchOf(text), signal));
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("one\n"));
    receiver.connections[1]?.reset();
    expect(await Promise.all(sending)).toEqual([expect.objectContaining({ kind: "retry" }), accepted]);
    expect(receiver.connections[2]?.text()).toBe("two\n");
  });

  it("says that nothing is in doubt when nothing listens", async () => {
    const receiver = await received();
    await receiver.close();
    const sink = await sinkTo(receiver);
    expect(await sink.send(batchOf("x\n"), signal)).toEqual({
      kind: "retry",
      reason: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("notices that an idle connection was closed before it writes to it", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    await sink.send(batchOf("before\n"), signal);
    receiver.connections[0]?.socket.end();
    await vi.waitFor(() => expect(receiver.connections[0]?.socket.destroyed).toBe(true));
    expect(await sink.send(batchOf("after\n"), signal)).toEqual(accepted);
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("before\nafter\n"));
  });

  it("repeats nothing after an orderly end that came long after the last batch", async () => {
    let time = 1_000_000;
    const receiver = await received();
    const sink = await sinkTo(receiver, { now: () => time });
    await sink.send(batchOf("before\n"), signal);
    time += 100_000;
    receiver.connections[0]?.socket.end();
    await vi.waitFor(() => expect(receiver.connections[0]?.socket.destroyed).toBe(true));
    expect(await sink.send(batchOf("after\n"), signal)).toEqual(accepted);
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("after\n"));
  });

  it("sends again what a receiver that stood still for a while had not read when it ended in good order", async () => {
    let time = 1_000_000;
    const receiver = await received({ paused: true });
    const sink = await sinkTo(receiver, { now: () => time });
    await sink.send(batchOf("unread\n"), signal);
    time += 40_000;
    receiver.connections[0]?.socket.end();
    await vi.waitFor(() => expect(receiver.connections).toHaveLength(2), { timeout: 3000 });
    receiver.connections[1]?.socket.resume();
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("unread\n"));
  });

  it("believes no orderly end that a reset follows", async () => {
    let time = 1_000_000;
    const receiver = await received({ paused: true });
    const sink = await sinkTo(receiver, { now: () => time });
    await sink.send(batchOf("unread\n"), signal);
    time += 100_000;
    // Too much for all buffers, so that our own goodbye must wait.
    const sending = sink.send(batchOf("x".repeat(32 * 1024 * 1024)), signal);
    const [connection] = receiver.connections;
    connection?.socket.end(() => connection.reset());
    expect(await sending).toMatchObject({ kind: "retry", ambiguous: true });
    await vi.waitFor(() => expect(receiver.connections).toHaveLength(2), { timeout: 3000 });
    receiver.connections[1]?.socket.resume();
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("unread\n"));
  });

  it("sends again after a reset what the connection may have lost, before anything else", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    await sink.send(batchOf("one\n"), signal);
    await sink.send(batchOf("two\n"), signal);
    receiver.connections[0]?.reset();
    const verdict = await sink.send(batchOf("three\n"), signal);
    if (verdict.kind !== "accepted") expect(await sink.send(batchOf("three\n"), signal)).toEqual(accepted);
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("one\ntwo\nthree\n"));
  });

  it("does so at once, for there may be no next batch for long", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    await sink.send(batchOf("last\n"), signal);
    receiver.connections[0]?.reset();
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("last\n"));
    // Sooner than the peer could have proven alive.
    receiver.connections[1]?.reset();
    await vi.waitFor(() => expect(receiver.connections[2]?.text()).toBe("last\n"));
  });

  it("opens nothing where nothing is in doubt", async () => {
    let time = 1_000_000;
    const receiver = await received();
    const sink = await sinkTo(receiver, { now: () => time });
    await sink.send(batchOf("long ago\n"), signal);
    time += 100_000;
    receiver.connections[0]?.socket.end();
    await vi.waitFor(() => expect(receiver.connections[0]?.socket.destroyed).toBe(true));
    await sink.close?.();
    expect(receiver.connections).toHaveLength(1);
  });

  it("sends again what was lost until it gets through, however often connections break off", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    const texts = Array.from({ length: 8 }, (_, index) => `${index}\n`);
    for (const text of texts) await sink.send(batchOf(text), signal);
    receiver.connections[0]?.reset();
    // Each of these takes one message and breaks off at the next.
    for (let index = 1; index <= 6; index++) {
      await vi.waitFor(() => expect(receiver.connections[index]?.text()).toContain("\n"), { timeout: 3000 });
      receiver.connections[index]?.reset();
    }
    const verdict = await vi.waitFor(
      async () => {
        const last = await sink.send(batchOf("last\n"), signal);
        expect(last).toEqual(accepted);
        return last;
      },
      { timeout: 5000 },
    );
    expect(verdict).toEqual(accepted);
    const after = receiver.connections.slice(7).map((connection) => connection.text());
    expect(after.join("")).toBe([...texts, "last\n"].join(""));
  });

  it("reports a batch as in doubt when the connection breaks off while it waits for bad news", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver, { timing: { proofMs: { least: 5000, most: 5000 } } });
    const sending = sink.send(batchOf("one\n"), signal);
    await vi.waitFor(() => expect(receiver.text()).toBe("one\n"));
    receiver.connections[0]?.reset();
    expect(await sending).toEqual({ kind: "retry", reason: expect.stringContaining("ECONNRESET"), ambiguous: true });
  });

  it("gives up a connection that takes no data", async () => {
    const receiver = await received({ paused: true });
    const sink = await sinkTo(receiver, { timing: { writeTimeoutMs: 300 } });
    const verdict = await sink.send(batchOf("x".repeat(32 * 1024 * 1024)), signal);
    expect(verdict).toEqual({
      kind: "retry",
      reason: expect.stringContaining("took no data for 300 ms"),
      ambiguous: true,
    });
  });

  it("ends an attempt when its signal aborts", async () => {
    const receiver = await received({ paused: true });
    const sink = await sinkTo(receiver);
    // However long it takes until there is a connection.
    expect(await sink.send(batchOf("one\n"), signal)).toEqual(accepted);
    const verdict = await sink.send(batchOf("x".repeat(32 * 1024 * 1024)), AbortSignal.timeout(200));
    expect(verdict).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("refuses a compressed body, which no receiver could read", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    const verdict = await sink.send({ ...batchOf("x"), contentEncoding: "gzip" }, signal);
    expect(verdict).toMatchObject({ kind: "suspend", fix: expect.stringContaining("compression") });
    expect(receiver.connections).toEqual([]);
  });
});

describe("closing", () => {
  it("sends once more what a connection lost that broke off after the last batch", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    await sink.send(batchOf("last\n"), signal);
    receiver.connections[0]?.reset();
    await sink.close?.();
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("last\n"));
  });

  it("sends once more what a reset took just as it was closed", async () => {
    const receiver = await received({ paused: true });
    const sink = await sinkTo(receiver, { timing: { proofMs: { least: 150, most: 2000 } } });
    expect(await sink.send(batchOf("one\n"), signal)).toEqual(accepted);
    const closing = sink.close?.();
    setTimeout(() => receiver.connections[0]?.reset(), 40);
    await vi.waitFor(() => expect(receiver.connections).toHaveLength(2));
    receiver.connections[1]?.socket.resume();
    await closing;
    await vi.waitFor(() => expect(receiver.text()).toBe("one\n"));
  });

  it("says how many events may be lost when that fails", async () => {
    const errors: unknown[] = [];
    const receiver = await received();
    const logger = { ...silentLogger, error: (facts: object) => void errors.push(facts) };
    const sink = await sinkTo(receiver, {}, { logger });
    await sink.send(batchOf("last\n"), signal);
    await receiver.close();
    await sink.close?.();
    expect(errors).toEqual([{ events: 1 }]);
  });

  it("opens nothing that was never opened", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    await sink.close?.();
    expect(receiver.connections).toEqual([]);
  });
});

describe.each(["TLSv1.2", "TLSv1.3"] as const)("certificates with %s", (maxVersion) => {
  const mutual = (): TlsReceiverOptions => ({
    maxVersion,
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  });

  it("are accepted from the right authority", async () => {
    const receiver = await received(mutual());
    const sink = await sinkTo(receiver, { client });
    expect(await sink.send(batchOf("x\n"), signal)).toEqual(accepted);
  });

  it("suspend where one is missing", async () => {
    const receiver = await received(mutual());
    const sink = await sinkTo(receiver);
    expect(await sink.send(batchOf("x\n"), signal)).toMatchObject({
      kind: "suspend",
      fix: expect.stringMatching(/client certificate/),
    });
    expect(receiver.text()).toBe("");
  });

  it("suspend where another authority has issued them", async () => {
    const receiver = await received(mutual());
    const sink = await sinkTo(receiver, { client: await stranger.issue({ name: "sender", usage: "client" }) });
    expect(await sink.send(batchOf("x\n"), signal)).toMatchObject({
      kind: "suspend",
      fix: expect.stringMatching(/client certificate/),
    });
  });

  it("suspend where the server's own is not trusted", async () => {
    const receiver = await received({ maxVersion });
    const sink = await sinkTo(receiver, { ca: stranger.cert });
    expect(await sink.send(batchOf("x\n"), signal)).toMatchObject({
      kind: "suspend",
      fix: expect.stringMatching(/tls_ca/),
    });
  });
});

describe("certificates", () => {
  it("are read anew for a new connection, which is opened when their files have changed", async () => {
    let time = 1_000_000;
    const folder = await mkdtemp(join(tmpdir(), "tcp-sink-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const cert = join(folder, "client.pem");
    const key = join(folder, "client.key");
    await writeFile(cert, client.cert);
    await writeFile(key, client.key);
    const receiver = await received({ ca: authority.cert, requestCert: true, rejectUnauthorized: true });
    const sink = await sinkTo(receiver, { client: { cert, key }, now: () => time });
    await sink.send(batchOf("old\n"), signal);

    const renewed = await authority.issue({ name: "renewed-sender", usage: "client" });
    // Between the two files are the pair does not fit: the old connection goes on.
    await writeFile(cert, renewed.cert);
    await utimes(cert, 1, 1);
    time += 60_000;
    expect(await sink.send(batchOf("between\n"), signal)).toEqual(accepted);
    await writeFile(key, renewed.key);
    time += 60_000;
    expect(await sink.send(batchOf("new\n"), signal)).toEqual(accepted);
    await vi.waitFor(() => expect(receiver.text()).toBe("old\nbetween\nnew\n"));
    expect(receiver.connections.map((connection) => connection.client)).toEqual(["sender", "renewed-sender"]);
  });

  it("suspend where a file cannot be read or holds nothing of use", async () => {
    const receiver = await received();
    for (const pair of [
      { cert: "/nowhere/client.pem", key: client.key },
      { cert: client.cert, key: server.key },
      { cert: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", key: client.key },
    ]) {
      const sink = await sinkTo(receiver, { client: pair });
      expect(await sink.send(batchOf("x\n"), signal)).toMatchObject({ kind: "suspend", fix: expect.any(String) });
    }
  });
});

describe("an old connection", () => {
  it("is replaced in peace, and nothing is lost or written twice", async () => {
    const receiver = await received();
    let time = 1_000_000;
    const sink = await sinkTo(receiver, { now: () => time });
    for (const line of ["one\n", "two\n"]) expect(await sink.send(batchOf(line), signal)).toEqual(accepted);
    time += 180_000;
    expect(await sink.send(batchOf("three\n"), signal)).toEqual(accepted);
    expect(receiver.connections.map((connection) => connection.text())).toEqual(["one\ntwo\n", "three\n"]);
  });

  it("stays while no new one can be had", async () => {
    const receiver = await received();
    const files = await certificateFolder();
    let time = 1_000_000;
    const sink = await sinkTo(receiver, { ca: files.ca, now: () => time, timing: { filesMs: 1e9 } });
    expect(await sink.send(batchOf("one\n"), signal)).toEqual(accepted);
    await files.replaceFolder();
    time += 180_000;
    for (const line of ["two\n", "three\n"]) expect(await sink.send(batchOf(line), signal)).toEqual(accepted);
    expect(receiver.connections.map((connection) => connection.text())).toEqual(["one\ntwo\nthree\n"]);
  });
});

describe("a folder of certificates that cannot be looked into for a while", () => {
  it("suspends, and takes up no place among what is under way", async () => {
    const receiver = await received();
    const files = await certificateFolder();
    const sink = await sinkTo(receiver, { ca: files.ca });
    await files.replaceFolder();
    expect(await sink.send(batchOf("x\n"), signal)).toMatchObject({
      kind: "suspend",
      reason: expect.stringContaining("cannot be read"),
    });
    await files.restoreFolder();
    expect(await sink.send(batchOf("one\n"), signal)).toEqual(accepted);

    // After a loss one body goes at a time: a place that somebody keeps for good would stop them all.
    const sending = sink.send(batchOf("two\n"), signal);
    await vi.waitFor(() => expect(receiver.text()).toBe("one\ntwo\n"));
    receiver.connections[0]?.reset();
    expect(await sending).toMatchObject({ kind: "retry" });
    expect(await sink.send(batchOf("three\n"), signal)).toEqual(accepted);
  });

  it("lets the connection that is there go on, and the next one wait", async () => {
    const receiver = await received();
    const files = await certificateFolder();
    let time = 1_000_000;
    const sink = await sinkTo(receiver, { ca: files.ca, now: () => time });
    expect(await sink.send(batchOf("one\n"), signal)).toEqual(accepted);
    await files.replaceFolder();
    time += 60_000;
    expect(await sink.send(batchOf("two\n"), signal)).toEqual(accepted);

    // It dials again by itself for what the connection may have lost, and fails, with nobody to tell.
    receiver.connections[0]?.reset();
    await vi.waitFor(async () =>
      expect(await sink.send(batchOf("three\n"), signal)).toMatchObject({ kind: "suspend" }),
    );
    await files.restoreFolder();
    await vi.waitFor(() => expect(receiver.connections[1]?.text()).toBe("one\ntwo\n"), { timeout: 5000 });
  });
});

it("leaves no connection open when a certificate turns out to be of no use", async () => {
  const receiver = await received();
  const sink = await sinkTo(receiver, { client: { cert: client.cert, key: server.key } });
  expect(await sink.send(batchOf("x\n"), signal)).toMatchObject({ kind: "suspend" });
  await vi.waitFor(() => expect(receiver.sockets()).toEqual({ opened: 1, open: 0 }));
});

describe("the check", () => {
  it("names what it saw in each step, and writes nothing", async () => {
    const receiver = await received();
    const sink = await sinkTo(receiver);
    const report = await sink.check?.(signal);
    expect(report?.steps).toEqual([
      { name: "resolve", status: "passed", detail: "127.0.0.1" },
      { name: "connect", status: "passed", detail: `127.0.0.1 port ${receiver.port}` },
      {
        name: "tls",
        status: "passed",
        detail: expect.stringMatching(/^TLSv1.3, certificate of receiver, .*, verified$/),
      },
    ]);
    expect(receiver.text()).toBe("");
  });

  it("fails at the name, at the connection or at TLS, each with a fix", async () => {
    const receiver = await received({ ca: authority.cert, requestCert: true, rejectUnauthorized: true });
    const failures = await Promise.all([
      failedStep(await sinkTo(receiver, { host: "no-such-host.invalid" })),
      failedStep(await sinkTo(receiver, { ca: stranger.cert })),
      failedStep(await sinkTo(receiver)),
    ]);
    await receiver.close();
    failures.push(await failedStep(await sinkTo(receiver)));
    expect(failures).toEqual([
      { name: "resolve", status: "failed", detail: expect.any(String), fix: expect.stringMatching(/host/) },
      { name: "tls", status: "failed", detail: expect.any(String), fix: expect.stringMatching(/tls_ca/) },
      { name: "tls", status: "failed", detail: expect.any(String), fix: expect.stringMatching(/client certificate/) },
      { name: "connect", status: "failed", detail: expect.any(String), fix: expect.stringMatching(/port/) },
    ]);
  });

  it("takes a name that stands in the certificate in place of the host's", async () => {
    const named = await authority.issue({
      name: "q",
      usage: "server",
      hosts: [{ type: "dns", value: "qradar.internal" }],
    });
    const receiver = await received(named);
    expect(await failedStep(await sinkTo(receiver))).toMatchObject({ name: "tls", fix: expect.stringMatching(/name/) });
    expect(await failedStep(await sinkTo(receiver, { serverName: "qradar.internal" }))).toBeUndefined();
  });
});

const accepted = { kind: "accepted" };
const { signal } = new AbortController();

async function received(options: TlsReceiverOptions = {}): Promise<TlsReceiver> {
  const receiver = await startTlsReceiver({ ...server, ...options });
  onTestFinished(() => receiver.close());
  return receiver;
}

/** A folder that is there, or a file in its place, as an unmounted or unreadable one would be. */
async function certificateFolder() {
  const folder = await mkdtemp(join(tmpdir(), "tcp-sink-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const certificates = join(folder, "certificates");
  await mkdir(certificates);
  await writeFile(join(certificates, "ca.pem"), authority.cert);
  return {
    ca: join(certificates, "ca.pem"),
    async replaceFolder() {
      await rename(certificates, join(folder, "away"));
      await writeFile(certificates, "");
    },
    async restoreFolder() {
      await rm(certificates);
      await rename(join(folder, "away"), certificates);
    },
  };
}

interface SinkTo {
  readonly host?: string;
  readonly ca?: string;
  readonly client?: { readonly cert: string; readonly key: string };
  readonly serverName?: string;
  readonly timing?: Partial<TcpTiming>;
  readonly now?: () => number;
}

async function sinkTo(
  receiver: TlsReceiver,
  { host = "127.0.0.1", ca = authority.cert, client: pair, serverName, timing, now }: SinkTo = {},
  overrides: Partial<ConnectorContext> = {},
) {
  const egress = createEgress({ environment: {} });
  onTestFinished(() => egress.close());
  const context: ConnectorContext = {
    destinationId: "test",
    orgId: null,
    logger: silentLogger,
    now: Date.now,
    random: Math.random,
    egress,
    hostname: "gateway-1",
    ...overrides,
  };
  const options: TcpSinkOptions = {
    context,
    target: {
      host,
      port: receiver.port,
      tls: {
        tls_verify: true,
        tls_ca: ca,
        ...(pair && { tls_cert: pair.cert, tls_key: new Secret(pair.key) }),
      },
      ...(serverName !== undefined && { serverName }),
    },
    encode: ({ json }) => json,
    timing: { closeMs: 1000, checkMs: 300, redialMs: 50, proofMs: { least: 50, most: 2000 }, ...timing },
    ...(now && { now }),
  };
  return tcpSink(options);
}

function batchOf(text: string): Batch {
  const record = new AcceptedEvent({
    id: "1",
    orgId: null,
    classUid: 6003,
    severityId: 1,
    time: 0,
    acceptedAt: 0,
    json: "{}",
  });
  return { records: [record], body: Buffer.from(text), contentType: "text/plain", attempt: 1 };
}

async function failedStep(sink: Awaited<ReturnType<typeof sinkTo>>) {
  const report = await sink.check?.(signal);
  return report?.steps.find(({ status }) => status === "failed");
}
