import { createSemaphore } from "../semaphore.ts";

/** Something with an open file that can be closed at any time, and opened again when it is needed. */
export interface HandleOwner {
  /** Closes its file, unless it is at work; false then. */
  closeIdle(): boolean;
}

/** Bounds how many files are open, and how many are worked on, of any number that are written to now and then. */
export interface OpenHandles {
  /** Does some work with the owner's file, when its turn comes. */
  use<Result>(owner: HandleOwner, work: () => Promise<Result>): Promise<Result>;
  /** The owner has closed its file. */
  forget(owner: HandleOwner): void;
}

export function createOpenHandles(most: number): OpenHandles {
  const semaphore = createSemaphore(most);
  /** The one that was used last is last. */
  const owners = new Set<HandleOwner>();

  function makeSpace(): void {
    for (const owner of owners) {
      if (owners.size < most) return;
      if (owner.closeIdle()) owners.delete(owner);
    }
  }

  return {
    use: (owner, work) =>
      semaphore.run(() => {
        owners.delete(owner);
        makeSpace();
        owners.add(owner);
        return work();
      }),
    forget: (owner) => void owners.delete(owner),
  };
}
