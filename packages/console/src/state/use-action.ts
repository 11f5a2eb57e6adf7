import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ApiProblem } from "../api/problem.ts";
import { asProblem } from "./use-loaded.ts";

export interface Action<A extends readonly unknown[]> {
  readonly run: (...input: A) => void;
  readonly isRunning: boolean;
  readonly problem: ApiProblem | undefined;
  readonly clear: () => void;
}

/** An action of the reader that asks the server: one at a time, its problem kept until the next. */
export function useAction<A extends readonly unknown[]>(act: (...input: A) => Promise<void>): Action<A> {
  const [state, setState] = useState<{ isRunning: boolean; problem?: ApiProblem }>({ isRunning: false });
  const isRunning = useRef(false);
  const isMounted = useRef(true);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);

  const run = useCallback((...input: A) => {
    if (isRunning.current) return;
    isRunning.current = true;
    setState({ isRunning: true });
    const settle = (next: { isRunning: boolean; problem?: ApiProblem }) => {
      isRunning.current = false;
      if (isMounted.current) setState(next);
    };
    latest.current(...input).then(
      () => settle({ isRunning: false }),
      (error: unknown) => settle({ isRunning: false, problem: asProblem(error) }),
    );
  }, []);
  const clear = useCallback(() => setState({ isRunning: false }), []);
  return { run, isRunning: state.isRunning, problem: state.problem, clear };
}
