import type { RemoteInfo } from "node:dgram";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns";
import { once } from "node:events";
import type { Resolve } from "@arbitex/core/host";
import { onTestFinished } from "vitest";

export interface RebindingDns {
  /** Asks this server, and no cache in between. */
  readonly resolve: Resolve;
  readonly queries: () => number;
}

/** A DNS server that answers one question after the other with the next of these addresses, good for no second. */
export async function startRebindingDns(addresses: readonly string[]): Promise<RebindingDns> {
  let queries = 0;
  const socket = createSocket("udp4", (query, { port, address }: RemoteInfo) => {
    socket.send(replyTo(query, addresses[queries++ % addresses.length] ?? ""), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());

  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    queries: () => queries,
    resolve(host, _options, callback) {
      resolver.resolve4(host, (error, found) =>
        callback(
          error,
          (found ?? []).map((address) => ({ address, family: 4 })),
        ),
      );
    },
  };
}

/** The question again, and one A record with a time to live of zero that points back to the question's name. */
function replyTo(query: Buffer, address: string): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
  return Buffer.concat([header, question, record]);
}
