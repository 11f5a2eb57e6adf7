import { describe, expect, it } from "vitest";
import type { HttpExchange } from "../connector/http-transport.ts";
import { createDryEgress } from "./dry-egress.ts";
import { recordExchanges } from "./exchange-recorder.ts";

const bounds = { binaryReply: false, timeoutMs: 1000, maxReplyBytes: 1000 };

/** A recorder over an egress that answers every request alike. */
function recording() {
  const egress = {
    ...createDryEgress(),
    http: () => ({ exchange: async () => ({ status: 503, headers: {}, text: "busy" }) }),
  };
  const recorder = recordExchanges(egress, 4);
  const transport = recorder.egress.http?.();
  const send = (given: Partial<HttpExchange>) => {
    const request = {
      origin: "https://siem.example",
      path: "/in",
      method: "POST",
      headers: {},
      body: undefined,
    } as const;
    return transport?.exchange({ ...request, ...bounds, ...given }, new AbortController().signal);
  };
  return { recorder, send };
}

describe("the exchange of a body", () => {
  it("is its last one, and the beginning of it alone", async () => {
    const { recorder, send } = recording();
    const body = Buffer.from("events");
    recorder.expect(body);
    await send({ body });
    expect(recorder.of(body)).toMatchObject({ hasEvents: true, bodyBytes: 6, answer: { status: 503, isCut: false } });
    expect(Buffer.from(recorder.of(body)?.bodyHead ?? []).toString()).toBe("even");
    expect(recorder.others()).toBe(0);
  });

  it("is none any more once it is to be sent again: that attempt may not get so far", async () => {
    const { recorder, send } = recording();
    const body = Buffer.from("events");
    recorder.expect(body);
    await send({ body });
    recorder.expect(body);
    expect(recorder.of(body)).toBeUndefined();
  });

  it("is found by the batch's body where another form of it was sent", async () => {
    const { recorder, send } = recording();
    const batchBody = Buffer.from("events");
    recorder.expect(batchBody);
    await send({ body: Buffer.from("packed"), batchBody });
    expect(Buffer.from(recorder.of(batchBody)?.bodyHead ?? []).toString()).toBe("pack");
  });
});

it("an exchange without events is known until the next one, and only to who asks since before it", async () => {
  const { recorder, send } = recording();
  await send({ path: "/token", body: Buffer.from("secret=x") });
  expect(recorder.otherSince(0)).toMatchObject({ url: "https://siem.example/token", hasEvents: false });
  expect(recorder.otherSince(recorder.others())).toBeUndefined();
});
