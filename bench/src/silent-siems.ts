import { handToConnection } from "@arbitex/core/host";
import { Dispatcher } from "undici";

const OK = Buffer.from('{"text":"Success","code":0}');
const EMPTY_OBJECT = Buffer.from("{}");
const TOKEN = Buffer.from('{"token_type":"Bearer","expires_in":3599,"access_token":"a-token"}');
const NOTHING = Buffer.alloc(0);
const ID_KEY = '{"_id":"';

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** All five SIEMs as a dispatcher that says yes to everything in the next turn, or to nothing as long as it is told to hang. */
export class SilentSiems extends Dispatcher {
  hangs = false;

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    // As a connection does: else no body is used again, and each batch pays for fresh memory.
    const taken = options.body instanceof Buffer ? handToConnection(options.body) : undefined;
    if (this.hangs) return true;
    setImmediate(() => {
      taken?.();
      const { status, body } = answerTo(options);
      handler.onRequestStart?.(controller, undefined);
      handler.onResponseStart?.(controller, status, { "content-type": "application/json" }, "");
      if (body.length > 0) handler.onResponseData?.(controller, body);
      handler.onResponseEnd?.(controller, {});
    });
    return true;
  }
}

const controller: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  rawHeaders: null,
  rawTrailers: null,
  abort() {},
  pause() {},
  resume() {},
};

function answerTo({ path, body }: Dispatcher.DispatchOptions): Answer {
  if (path.startsWith("/services/collector")) return { status: 200, body: OK };
  if (path.includes("/_bulk")) return { status: 200, body: bulkReply(body instanceof Buffer ? body : NOTHING) };
  if (path === "/api/v2/logs") return { status: 202, body: EMPTY_OBJECT };
  if (path.includes("/oauth2/")) return { status: 200, body: TOKEN };
  if (path.startsWith("/dataCollectionRules/")) return { status: 204, body: NOTHING };
  return { status: 200, body: NOTHING };
}

function bulkReply(body: Buffer): Buffer {
  const items: string[] = [];
  for (let at = body.indexOf(ID_KEY); at >= 0; at = body.indexOf(ID_KEY, at)) {
    const start = at + ID_KEY.length;
    at = body.indexOf('"', start);
    items.push(`{"create":{"_id":"${body.toString("latin1", start, at)}","status":201}}`);
  }
  return Buffer.from(`{"items":[${items.join(",")}]}`);
}
