import type { Spoil } from "./behaviour.ts";
import type { EventStore } from "./event-store.ts";

/** Events that a SIEM always refuses, for a SIEM that refuses a body as a whole without naming the event. */
export interface Poison {
  add(id: string): void;
  /** Whether a body of these events is refused. Events picked by a `partial` fault stay poisoned. */
  isIn(ids: readonly (string | undefined)[], spoil: Spoil | undefined): boolean;
}

export function createPoison(store: Pick<EventStore<unknown>, "has">): Poison {
  const poisoned = new Set<string>();
  return {
    add: (id) => {
      poisoned.add(id);
    },
    isIn(ids, spoil) {
      for (const position of spoil?.pick(ids.length) ?? []) {
        const id = ids[position];
        // An event that is stored already was valid. Refusing it now would make it both stored and refused.
        if (id !== undefined && !store.has(id)) poisoned.add(id);
      }
      return poisoned.size > 0 && ids.some((id) => id !== undefined && poisoned.has(id));
    },
  };
}
