import type { Destination } from "@arbitex/core/host";
import {
  createFileDeadLetters,
  createWaitingDeadLetters,
  deadLetterPathOf,
  deadLetterPathsOf,
  openReplayMarks,
  systemClock,
  takeReplayLock,
  unreadFilesOf,
} from "@arbitex/core/host";
import type { DeadLetterArchive, DeadLetterOwner } from "./dead-letter-archive.ts";
import { deadLetterPage } from "./dead-letter-page.ts";
import { deadLettersToReplay, findDeadLetters } from "./find-dead-letters.ts";
import { groupDeadLetters } from "./group-dead-letters.ts";
import { purgePath } from "./purge-path.ts";

export interface FileArchiveOptions {
  readonly destinations: readonly Destination[];
  /** A folder, or a `.jsonl` file for all destinations. */
  readonly deadLetterPath: string;
  /** Most bytes of one organisation's dead letters; undefined for the host's default. */
  readonly maxDeadLetterBytesPerOrg: number | undefined;
}

/** Dead letters in files of this machine. */
export function createFileArchive({
  destinations,
  deadLetterPath,
  maxDeadLetterBytesPerOrg,
}: FileArchiveOptions): DeadLetterArchive {
  const pathOf = (of: DeadLetterOwner) => deadLetterPathOf(of, deadLetterPath);
  const allPaths = () => deadLetterPathsOf(destinations, deadLetterPath);
  return {
    async *find(filter, onUnreadable) {
      yield* findDeadLetters(await allPaths(), filter, onUnreadable);
    },
    unread: async () => (await Promise.all((await allPaths()).map(unreadFilesOf))).flat(),
    page: (of, options) => deadLetterPage(pathOf(of), options),
    groups: (of, options) => groupDeadLetters(pathOf(of), options),
    async purge(meant, of) {
      const purges = [];
      for (const path of of === undefined ? await allPaths() : [pathOf(of)]) purges.push(await purgePath(path, meant));
      return purges;
    },
    async *toReplay(of, { filter, onUnreadable }) {
      const path = pathOf(of);
      const marks = await openReplayMarks(path, systemClock);
      try {
        yield* deadLettersToReplay(path, filter, marks, onUnreadable);
      } finally {
        await marks.close();
      }
    },
    async lock(of) {
      const path = pathOf(of);
      const lock = await takeReplayLock(path);
      const marks = await openReplayMarks(path, systemClock);
      return {
        toReplay: ({ filter, onUnreadable }) => deadLettersToReplay(path, filter, marks, onUnreadable),
        mark: (more) => lock.confirm().then(() => marks.add(more)),
        isFresh: () => lock.isFresh(),
        confirm: () => lock.confirm(),
        lost: lock.lost,
        async close() {
          await marks.close();
          await lock.release();
        },
      };
    },
    placeOf: pathOf,
    places: allPaths,
    counts: () => createWaitingDeadLetters(allPaths).counts(),
    hostOptions: (watch) => ({
      deadLetterPath,
      maxDeadLetterBytesPerOrg,
      openDeadLetters: (path) => watch(createFileDeadLetters({ path, clock: systemClock })),
    }),
  };
}
