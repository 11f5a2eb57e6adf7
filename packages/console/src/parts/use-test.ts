import { useEffect, useState } from "preact/hooks";
import type { ApiProblem } from "../api/problem.ts";
import type { CheckStep, ConfigDraft } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { useAction } from "../state/use-action.ts";
import { asProblem } from "../state/use-loaded.ts";
import { filled } from "../strings/strings.ts";

export interface Test {
  readonly steps: readonly CheckStep[];
  readonly passed: boolean | undefined;
  readonly isRunning: boolean;
  readonly problem: ApiProblem | undefined;
  readonly run: () => void;
}

/** A test of settings whose steps arrive one by one. What is wrong with the settings themselves goes to `onRefused`. */
export function useTest(
  draft: ConfigDraft,
  id: string | undefined,
  onRefused: (problem: ApiProblem) => void,
  startsAtOnce = false,
): Test {
  const { api, strings, announce } = useConsole();
  const [steps, setSteps] = useState<readonly CheckStep[]>([]);
  const [passed, setPassed] = useState<boolean>();
  const action = useAction(async () => {
    setSteps([]);
    setPassed(undefined);
    const seen: CheckStep[] = [];
    try {
      const isPassed = await api.test(draft, id, (step) => {
        seen.push(step);
        setSteps([...seen]);
      });
      setPassed(isPassed);
      const failed = seen.find(({ status }) => status === "failed");
      announce(isPassed ? strings.wizard.passed : filled(strings.wizard.failed, { step: failed?.name ?? "" }));
    } catch (error) {
      const problem = asProblem(error);
      if (problem.problems.length === 0) throw error;
      onRefused(problem);
    }
  });
  useEffect(() => {
    if (startsAtOnce) action.run();
  }, []);
  return { steps, passed, isRunning: action.isRunning, problem: action.problem, run: action.run };
}
