import type { HttpReply } from "@arbitex/core";
import { createCookieJar } from "./cookie-jar.ts";

/** Sends one request with the headers that the channel needs. */
type Send = (headers: Readonly<Record<string, string>>) => Promise<HttpReply>;

/** A HEC channel: acknowledgement ids count from 0 per channel, separately on each indexer. */
export interface Channel {
  readonly id: string;
  /**
   * Sends requests concurrently, but the first one alone until it is answered: its answer sets the cookie that leads
   * the others to the same indexer. On different indexers their ids would overlap.
   */
  exchange(send: Send): Promise<HttpReply>;
  /** Returns the highest id so far. A request sent now must get a higher one. */
  highestAckId(): number;
  noteAckId(ackId: number): void;
}

export function createChannel(id: string): Channel {
  const cookies = createCookieJar();
  let highestAckId = -1;
  let isOpen = false;
  let opening: Promise<unknown> | undefined;

  async function exchange(send: Send): Promise<HttpReply> {
    if (isOpen) return sendNow(send);
    if (opening === undefined) return open(send);
    await opening;
    return exchange(send);
  }

  async function open(send: Send): Promise<HttpReply> {
    const first = sendNow(send);
    opening = first.catch(() => undefined);
    try {
      const reply = await first;
      isOpen = reply.status === 200;
      return reply;
    } finally {
      opening = undefined;
    }
  }

  async function sendNow(send: Send): Promise<HttpReply> {
    const cookie = cookies.header();
    const reply = await send({ [CHANNEL_HEADER]: id, ...(cookie !== undefined && { cookie }) });
    cookies.store(reply.headers["set-cookie"]);
    return reply;
  }

  return {
    id,
    exchange,
    highestAckId: () => highestAckId,
    noteAckId(ackId) {
      highestAckId = Math.max(highestAckId, ackId);
    },
  };
}

export const CHANNEL_HEADER = "x-splunk-request-channel";
