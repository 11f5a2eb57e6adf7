import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem } from "../api/problem.ts";

export interface Loaded<T> {
  readonly value: T | undefined;
  /** The last attempt's problem; `value` stays what it was before. */
  readonly problem: ApiProblem | undefined;
  readonly reload: () => void;
}

/** Loads a value, again every `everyMs` while the page is seen, and keeps the last one while the server does not answer. */
export function useLoaded<T>(load: () => Promise<T>, key: string, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem?: ApiProblem }>({ key });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async () => {
      try {
        const value = await latest.current();
        if (isCurrent) setState({ key, value });
      } catch (error) {
        const problem = asProblem(error);
        if (isCurrent) setState((old) => ({ ...(old.key === key ? old : { key }), problem }));
      }
      if (isCurrent && everyMs !== undefined) timer = setTimeout(again, everyMs);
    };
    // A page in the background asks nothing: its numbers are fetched when it is looked at again.
    const again = () => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") void once();
    };
    void once();
    if (everyMs !== undefined) document.addEventListener("visibilitychange", again);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }, [key, turn, everyMs]);

  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const isOwn = state.key === key;
  return { value: isOwn ? state.value : undefined, problem: isOwn ? state.problem : undefined, reload };
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const detail = error instanceof Error ? error.message : "unknown failure";
  return new ApiProblem({ status: -1, code: "console", detail });
}
