import { createSemaphore } from "../semaphore.ts";

/** An owner of an open file that can be closed and reopened at any time. */
export interface HandleOwner {
  /** Closes its file; returns false if it is in use. */
  closeIdle(): boolean;
}

/** Limits the number of open files and of concurrent work on them. */
export interface OpenHandles {
  /** Runs work on the owner's file when its turn comes. */
  use<Result>(owner: HandleOwner, work: () => Promise<Result>): Promise<Result>;
  /** Notes that the owner has closed its file. */
  forget(owner: HandleOwner): void;
}

export function createOpenHandles(most: number): OpenHandles {
  const semaphore = createSemaphore(most);
  /** Most recently used last. */
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
