import type { DeadLetterGroups } from "../api/types.ts";
import { useConsole } from "./console-context.ts";
import type { Loaded } from "./use-loaded.ts";
import { useLoaded } from "./use-loaded.ts";

const NONE: DeadLetterGroups = { groups: [], total: 0, others: 0 };

/**
 * A destination's dead letters by reason. Their number is asked every `everyMs`, and the reasons only when it has changed:
 * the server reads files for them, and limits how often.
 */
export function useWaiting(
  id: string,
  everyMs: number,
): Loaded<DeadLetterGroups> & { readonly waiting: number | undefined } {
  const { api } = useConsole();
  const overview = useLoaded(() => api.overview(), `overview of ${id}`, everyMs);
  const waiting = overview.value?.find((row) => row.id === id)?.dead_letters_waiting;
  const key = `groups ${id} ${waiting ?? ""}`;
  const load = async () => (waiting === undefined || waiting === 0 ? NONE : api.deadLetterGroups(id));
  const groups = useLoaded(load, key);
  const reload = () => {
    overview.reload();
    groups.reload();
  };
  const problem = groups.problem ?? overview.problem;
  return {
    value: overview.value === undefined ? undefined : groups.value,
    problem,
    asOf: groups.asOf,
    waiting,
    reload,
  };
}
