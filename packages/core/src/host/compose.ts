import "reflect-metadata";
import { container, instanceCachingFactory } from "tsyringe";
import { systemClock } from "../delivery/clock.ts";
import { createFileDeadLetters } from "../delivery/file-dead-letters.ts";
import { createMemoryQueueStore } from "../delivery/memory-queue-store.ts";
import { silentLogger } from "../telemetry/logger.ts";
import { createEgress } from "../transport/egress.ts";
import type { HostParts } from "./tokens.ts";
import { tokens } from "./tokens.ts";

/** Puts the parts of one host together; those that are given replace the usual ones. */
export function compose(given: Partial<HostParts>): HostParts {
  const parts = container.createChildContainer();
  const usual: { readonly [Name in keyof HostParts]: () => HostParts[Name] } = {
    clock: () => systemClock,
    logger: () => silentLogger,
    queueStore: createMemoryQueueStore,
    openDeadLetters: () => {
      const clock = parts.resolve<HostParts["clock"]>(tokens.clock);
      return (path) => createFileDeadLetters({ path, clock });
    },
    openEgress: () => () => createEgress({ environment: process.env }),
  };
  for (const name of Object.keys(tokens) as (keyof HostParts)[]) {
    const value = given[name];
    if (value === undefined) parts.register(tokens[name], { useFactory: instanceCachingFactory<unknown>(usual[name]) });
    else parts.register<unknown>(tokens[name], { useValue: value });
  }
  return {
    clock: parts.resolve(tokens.clock),
    logger: parts.resolve(tokens.logger),
    queueStore: parts.resolve(tokens.queueStore),
    openDeadLetters: parts.resolve(tokens.openDeadLetters),
    openEgress: parts.resolve(tokens.openEgress),
  };
}
