import { useEffect, useRef, useState } from "preact/hooks";
import { createStreamReader } from "../../api/event-stream.ts";
import type { ApiProblem } from "../../api/problem.ts";
import { isRecord, recordOf } from "../../api/problem.ts";
import { useConsole } from "../../state/console-context.ts";
import { asProblem } from "../../state/use-loaded.ts";
import type { Account, Tapped, TappedEvent } from "./tapped-events.ts";
import { NOTHING_TAPPED, withEvents } from "./tapped-events.ts";

const SHOW_EVERY_MS = 250;
const RECONNECT_MS = 2000;

export interface TapQuery {
  readonly destination: string | undefined;
  readonly filter: string | undefined;
}

export interface Tap {
  readonly tapped: Tapped;
  readonly state: "stopped" | "connecting" | "open" | "lost";
  readonly problem: ApiProblem | undefined;
  readonly clear: () => void;
}

/** Events as they pass. They are shown four times a second at most, however many arrive. */
export function useTap(isOn: boolean, { destination, filter }: TapQuery): Tap {
  const { requests } = useConsole();
  const [tapped, setTapped] = useState<Tapped>(NOTHING_TAPPED);
  const [state, setState] = useState<Tap["state"]>("stopped");
  const [problem, setProblem] = useState<ApiProblem>();
  const count = useRef(0);

  useEffect(() => {
    if (!isOn) {
      setState("stopped");
      return undefined;
    }
    const stop = new AbortController();
    let waiting: TappedEvent[] = [];
    let account: Account | undefined;
    const show = setInterval(() => {
      if (waiting.length === 0 && account === undefined) return;
      const added = waiting;
      const counted = account;
      waiting = [];
      account = undefined;
      setTapped((old) => withEvents(old, added, counted));
    }, SHOW_EVERY_MS);
    let retry: ReturnType<typeof setTimeout> | undefined;

    const connect = async () => {
      const reader = createStreamReader();
      setState("connecting");
      try {
        const options = {
          query: { destination, filter },
          headers: { accept: "text/event-stream" },
          signal: stop.signal,
        };
        await requests.lines("v1/org/tap", options, (line) => {
          setState("open");
          const message = reader.push(line);
          if (message === undefined) return;
          const told: unknown = JSON.parse(message.data);
          if (!isRecord(told)) return;
          if (message.event === "account") account = accountOf(told);
          else if ("event" in told) waiting.push(tappedOf(told, ++count.current));
        });
        setProblem(undefined);
      } catch (error) {
        if (stop.signal.aborted) return;
        const failed = asProblem(error);
        setProblem(failed.status === 0 ? undefined : failed);
        // What is wrong with the request stays wrong.
        if (failed.status >= 400 && failed.status < 500 && failed.status !== 429) return;
      }
      if (stop.signal.aborted) return;
      setState("lost");
      retry = setTimeout(() => void connect(), RECONNECT_MS);
    };
    setProblem(undefined);
    void connect();
    return () => {
      stop.abort();
      clearInterval(show);
      clearTimeout(retry);
    };
  }, [isOn, destination, filter, requests]);

  return { tapped, state, problem, clear: () => setTapped(NOTHING_TAPPED) };
}

function tappedOf(told: Readonly<Record<string, unknown>>, key: number): TappedEvent {
  const { at, outcome } = told;
  const { id, name } = recordOf(told["destination"]);
  return {
    key,
    at: typeof at === "string" ? at : new Date().toISOString(),
    event: told["event"],
    sent: told["sent"] ?? undefined,
    outcome: typeof outcome === "string" ? outcome : "passed",
    destination: typeof name === "string" ? name : typeof id === "string" ? id : undefined,
  };
}

function accountOf({ seen, skipped }: Readonly<Record<string, unknown>>): Account {
  return { seen: Number(seen), skipped: Number(skipped) };
}
