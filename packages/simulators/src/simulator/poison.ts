import type { Spoil } from "./behaviour.ts";
import type { EventStore } from "./event-store.ts";

/** Events that a SIEM will never take, for one that refuses a body as a whole and does not say which event it was. */
export interface Poison {
  add(id: string): void;
  /** Whether a body of these events is refused. What a `partial` fault picks is poisoned from then on. */
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
        // An event that is stored already was good: refused now, it would be stored and refused at once.
        if (id !== undefined && !store.has(id)) poisoned.add(id);
      }
      return poisoned.size > 0 && ids.some((id) => id !== undefined && poisoned.has(id));
    },
  };
}
