/** Posts events of many organisations, and remembers which were acknowledged. */
export interface OrgLoad {
  /** Ids that some server acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  readonly refusals: number;
  /** Lets no further post begin. Resolves once all have ended. */
  stop(): Promise<void>;
}

export interface OrgLoadOptions {
  readonly origins: readonly string[];
  readonly organisations: number;
  /** Events of one post. */
  readonly batch: number;
  /** Wait of an organisation between its posts. */
  readonly pauseMs: number;
  /** First number of each organisation's events. */
  readonly from: number;
}

const POST_MS = 15_000;

/** One post at a time for each organisation, so that its events have an order. What is refused is posted again elsewhere. */
export function startOrgLoad({ origins, organisations, batch, pauseMs, from }: OrgLoadOptions): OrgLoad {
  const acknowledged = new Set<string>();
  let refusals = 0;
  const stop = new AbortController();

  async function postAll(org: number): Promise<void> {
    let server = org;
    for (let number = from; !stop.signal.aborted; number += batch) {
      const ids = Array.from({ length: batch }, (_, at) => `o${org}-${number + at}`);
      const body = ids.map((uid) => JSON.stringify(eventOf(org, uid))).join("\n");
      while (!(await isTaken(origins[server++ % origins.length] ?? "", body))) {
        refusals++;
        // After the end it may be anywhere, and was promised to nobody.
        if (stop.signal.aborted) return;
        await sleep(100);
      }
      for (const id of ids) acknowledged.add(id);
      await sleep(pauseMs);
    }
  }

  const posting = Array.from({ length: organisations }, (_, org) => postAll(org));
  return {
    acknowledged,
    get refusals() {
      return refusals;
    },
    async stop() {
      stop.abort();
      await Promise.all(posting);
    },
  };
}

function eventOf(org: number, uid: string) {
  return {
    class_uid: 6003,
    time: 1_741_824_000_123,
    severity_id: 1,
    metadata: { uid },
    actor: { org: { uid: `org-${org}` } },
    message: "x".repeat(400),
  };
}

async function isTaken(origin: string, body: string): Promise<boolean> {
  try {
    const headers = { "content-type": "application/x-ndjson" };
    const signal = AbortSignal.timeout(POST_MS);
    const answer = await fetch(`${origin}/v1/events`, { method: "POST", headers, body, signal });
    await answer.arrayBuffer();
    return answer.status === 202;
  } catch {
    return false;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
