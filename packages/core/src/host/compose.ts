import "reflect-metadata";
import { container, instanceCachingFactory } from "tsyringe";
import { systemClock } from "../clock.ts";
import { createFileDeadLetters } from "../delivery/dead-letters/file-dead-letters.ts";
import { createMemoryQueueStore } from "../delivery/queue/memory-queue-store.ts";
import { silentLogger } from "../telemetry/logger.ts";
import { createEgress } from "../transport/egress.ts";
import { createLookupTurns } from "../transport/lookup-turns.ts";
import { createReplyMemories } from "../transport/reply-memory.ts";
import type { HostParts } from "./tokens.ts";
import { tokens } from "./tokens.ts";

/** Puts the parts of one host together; those that are given replace the usual ones. */
export function compose(given: Partial<HostParts>): HostParts {
  const parts = container.createChildContainer();

  function part<Name extends keyof HostParts>(name: Name, usual: () => HostParts[Name]): void {
    const value = given[name];
    const useFactory = instanceCachingFactory<HostParts[Name]>(() => value ?? usual());
    parts.register<HostParts[Name]>(tokens[name], { useFactory });
  }

  part("clock", () => systemClock);
  part("logger", () => silentLogger);
  part("queueStore", createMemoryQueueStore);
  part("openDeadLetters", () => {
    const clock = parts.resolve<HostParts["clock"]>(tokens.clock);
    return (path, retentionMs, rotateBytes) => {
      return createFileDeadLetters({ path, clock, retentionMs, ...(rotateBytes !== undefined && { rotateBytes }) });
    };
  });
  part("openEgress", () => {
    const repliesOf = createReplyMemories();
    const turnsOf = createLookupTurns();
    return (guard, orgId) =>
      createEgress({ environment: process.env, guard, replies: repliesOf(orgId), lookupTurns: turnsOf(orgId) });
  });

  return {
    clock: parts.resolve(tokens.clock),
    logger: parts.resolve(tokens.logger),
    queueStore: parts.resolve(tokens.queueStore),
    openDeadLetters: parts.resolve(tokens.openDeadLetters),
    openEgress: parts.resolve(tokens.openEgress),
  };
}
