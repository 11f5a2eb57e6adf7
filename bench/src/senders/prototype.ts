import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Dispatcher } from "undici";
import { Agent, request } from "undici";
import type { BenchEvent, Compression, Sender, SinkType } from "../contender.ts";
import { addressOf, inBatches } from "../contender.ts";
import type { EventFacts, Wire } from "./wire.ts";
import { timeOf, uidOf, wires } from "./wire.ts";

/**
 * The bare minimum in Node: serialise once, write into reused bodies, post. No retries, no queue, no account; a yardstick,
 * not a product. Texts are parsed first and serialised again; `raw` passes them on and looks up no more than it must.
 */
export function prototype(
  sinks: readonly SinkType[],
  input: "objects" | "texts" | "raw",
  compression: Compression = "none",
): Sender {
  return {
    kind: "sender",
    sinks,
    input: input === "objects" ? "objects" : "texts",
    open(addresses) {
      const dispatcher = new Agent({ pipelining: 1 });
      const posts = sinks.map((type) => poster(type, addresses, dispatcher, compression));
      const post = async (written: readonly Written[]) => void (await Promise.all(posts.map((send) => send(written))));
      return {
        async deliver({ objects, texts }) {
          if (input === "objects") await inBatches(objects, (batch) => post(batch.map(writtenObject)));
          else if (input === "texts") await inBatches(texts, (batch) => post(batch.map(parsedText)));
          else await inBatches(texts, (batch) => post(batch.map(rawText)));
        },
        close: () => dispatcher.close(),
      };
    },
  };
}

interface Written extends EventFacts {
  readonly json: string;
}

function writtenObject(event: BenchEvent): Written {
  return { time: timeOf(event), uid: uidOf(event), json: JSON.stringify(event) };
}

function parsedText(text: string): Written {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return writtenObject(JSON.parse(text) as BenchEvent);
}

function rawText(json: string): Written {
  const uid = json.indexOf('"uid":"', json.indexOf('"metadata":{')) + 7;
  const time = json.indexOf('"time":') + 7;
  return { time: Number(json.slice(time, time + 13)), uid: json.slice(uid, json.indexOf('"', uid)), json };
}

const BODY_BYTES = 512 * 1024;
const gzipAsync = promisify(gzip);

function poster(
  type: SinkType,
  sinks: Parameters<Sender["open"]>[0],
  dispatcher: Dispatcher,
  compression: Compression,
): (batch: readonly Written[]) => Promise<void> {
  const wire = wires[type];
  const address = addressOf(sinks, type);
  const url = wire.url(address);
  const headers = { ...wire.headers(address), ...(compression === "gzip" && { "content-encoding": "gzip" }) };
  const bodies: Buffer[] = [];
  return async (batch) => {
    const buffer = bodies.pop() ?? Buffer.allocUnsafeSlow(BODY_BYTES);
    const plain = buffer.subarray(0, writeBody(wire, batch, buffer));
    const body = compression === "gzip" ? await gzipAsync(plain, { level: 1 }) : plain;
    const reply = await request(url, { method: "POST", dispatcher, headers, body });
    const text = await reply.body.text();
    if (reply.statusCode >= 300) throw new Error(`${type} answered ${reply.statusCode}: ${text}`);
    bodies.push(buffer);
  };
}

function writeBody(wire: Wire, batch: readonly Written[], buffer: Buffer): number {
  const { prefix, separator, suffix, opened, after, quoted } = wire;
  let at = buffer.write(prefix, 0, "latin1");
  for (let index = 0; index < batch.length; index++) {
    const event = batch[index];
    if (event === undefined) break;
    if (index > 0) at += buffer.write(separator, at, "latin1");
    at += buffer.write(wire.before(event), at, "latin1");
    at += buffer.write(quoted ? JSON.stringify(event.json) : opened ? event.json.slice(1) : event.json, at, "utf8");
    at += buffer.write(after, at, "latin1");
  }
  return at + buffer.write(suffix, at, "latin1");
}
