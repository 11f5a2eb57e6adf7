import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiProblem } from "../api/problem.ts";
import { recordOf } from "../api/problem.ts";
import type { FilterPreview, Settings } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { asProblem } from "../state/use-loaded.ts";

const TYPING_MS = 700;

/** A recent event, as it came and as it would leave. */
export interface PreviewedEvent {
  readonly isPassed: boolean;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Preview {
  readonly lookedAt: number;
  readonly passed: number;
  readonly events: readonly PreviewedEvent[];
}

export interface Previewed {
  /** The last answer; it stays while the next is on its way. */
  readonly preview: Preview | undefined;
  readonly isAsking: boolean;
  readonly problem: ApiProblem | undefined;
  readonly again: () => void;
}

/** What a filter and redactions would do to recent events. Asked once the reader pauses, as the server limits how often. */
export function usePreview(filter: Settings, redact: readonly unknown[]): Previewed {
  const { api } = useConsole();
  const [state, setState] = useState<Omit<Previewed, "again">>({
    preview: undefined,
    isAsking: true,
    problem: undefined,
  });
  const [turn, setTurn] = useState(0);
  const wasAsked = useRef(false);
  const wanted = JSON.stringify({ filter, redact });
  useEffect(() => {
    let isCurrent = true;
    const ask = async () => {
      wasAsked.current = true;
      try {
        const after = await api.previewFilter({ filter, redact });
        // The same events without the redactions: what changes is seen only beside what was.
        const before = redact.length === 0 ? after : await api.previewFilter({ filter });
        if (isCurrent) setState({ preview: previewOf(before, after), isAsking: false, problem: undefined });
      } catch (error) {
        if (isCurrent) setState(({ preview }) => ({ preview, isAsking: false, problem: asProblem(error) }));
      }
    };
    setState((old) => ({ ...old, isAsking: true }));
    const timer = setTimeout(() => void ask(), wasAsked.current ? TYPING_MS : 0);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [wanted, turn]);
  return { ...state, again: () => setTurn((count) => count + 1) };
}

/** Events that came between the two answers are in one alone, and are left out. */
function previewOf(before: FilterPreview, after: FilterPreview): Preview {
  const known = new Map(before.samples.map(({ event }) => [uidOf(event), event]));
  const events = after.samples.flatMap(({ passed, event }) => {
    const uid = uidOf(event);
    return known.has(uid) ? [{ isPassed: passed, before: known.get(uid), after: event }] : [];
  });
  return { lookedAt: after.looked_at, passed: after.passed, events };
}

function uidOf(event: unknown): unknown {
  return recordOf(recordOf(event)["metadata"])["uid"];
}
