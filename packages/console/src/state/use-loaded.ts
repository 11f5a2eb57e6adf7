import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem } from "../api/problem.ts";

export interface Loaded<T> {
  readonly value: T | undefined;
  /** The last attempt's problem; `value` stays what it was before. */
  readonly problem: ApiProblem | undefined;
  /** When `value` was loaded. */
  readonly asOf: number | undefined;
  readonly reload: () => void;
}

/** How soon it is tried again where the server did not answer and nothing else asks. */
const RETRY_MS = 5000;

/** Loads a value, again every `everyMs` while the page is seen, and keeps the last one while the server does not answer. */
export function useLoaded<T>(load: () => Promise<T>, key: string, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; asOf?: number; problem?: ApiProblem }>({ key });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async () => {
      let next = everyMs;
      try {
        const value = await latest.current();
        if (isCurrent) setState({ key, value, asOf: Date.now() });
      } catch (error) {
        const problem = asProblem(error);
        if (isCurrent) setState((old) => ({ ...(old.key === key ? old : { key }), problem }));
        if (problem.status === 0) next ??= RETRY_MS;
        else if (problem.retryAfterSeconds !== undefined) next = problem.retryAfterSeconds * 1000;
      }
      clearTimeout(timer);
      if (isCurrent && next !== undefined) timer = setTimeout(again, next);
    };
    // A page in the background asks nothing: its numbers are fetched when it is looked at again.
    const again = () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") void once();
    };
    void once();
    if (everyMs !== undefined) document.addEventListener("visibilitychange", again);
    window.addEventListener("online", again);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", again);
      window.removeEventListener("online", again);
    };
  }, [key, turn, everyMs]);

  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const isOwn = state.key === key;
  return {
    value: isOwn ? state.value : undefined,
    problem: isOwn ? state.problem : undefined,
    asOf: isOwn ? state.asOf : undefined,
    reload,
  };
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const detail = error instanceof Error ? error.message : "unknown failure";
  return new ApiProblem({ status: -1, code: "console", detail });
}
