import type { Logger } from "@arbitex/core";
import type { ConfigProblem, Destination, DestinationStatus, Host } from "@arbitex/core/host";
import type { Deployment } from "../config/deployment.ts";
import { ConfigError, describeProblem } from "@arbitex/core/host";
import { messageOf } from "../message-of.ts";
import type { ReloadPlan } from "./reload-plan.ts";
import { planReload } from "./reload-plan.ts";

export interface ReloaderOptions {
  /** The deployment at the server's start. */
  readonly started: Deployment;
  /** Reads the configuration again. Throws `ConfigError`. */
  readonly load: () => Promise<Deployment>;
  readonly host: Pick<Host, "open" | "replace" | "remove" | "tryOpen" | "status">;
  readonly logger: Logger;
}

export type ReloadOutcome =
  /** Nothing was changed. */
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] }
  | {
      readonly kind: "applied";
      readonly plan: ReloadPlan;
      /** Last states of the removed destinations. Their queued events wait for a destination of the same id. */
      readonly removed: readonly DestinationStatus[];
      /** Destinations whose change failed. They run as before. */
      readonly failed: readonly ConfigProblem[];
      readonly warnings: readonly ConfigProblem[];
    };

export interface Reloader {
  /** The running deployment. */
  current(): Deployment;
  /** Applies the configuration as it is now, all of it or nothing. Concurrent calls run one after the other. */
  reload(): Promise<ReloadOutcome>;
}

export function createReloader({ started, load, host, logger }: ReloaderOptions): Reloader {
  let running = started;
  let previous: Promise<unknown> = Promise.resolve();

  async function reloadAndTell(): Promise<ReloadOutcome> {
    const outcome = await reload();
    tell(outcome);
    return outcome;
  }

  async function reload(): Promise<ReloadOutcome> {
    let wanted: Deployment;
    try {
      wanted = await load();
    } catch (error) {
      const problems = error instanceof ConfigError ? error.problems : [{ path: "", message: messageOf(error) }];
      return { kind: "refused", problems };
    }
    const plan = planReload(running, wanted);
    const problems = [...plan.problems, ...(await whatCannotBeOpened(plan))];
    if (problems.length > 0) return { kind: "refused", problems };
    const { failed, removed } = await apply(plan);
    running = {
      ...wanted,
      sections: running.sections,
      registry: running.registry,
      destinations: inEffect(wanted, failed),
    };
    return { kind: "applied", plan, removed, failed: [...failed.values()], warnings: wanted.warnings };
  }

  /** Finds, before the first change, certificates that are missing, invalid addresses and ids in use. */
  async function whatCannotBeOpened({ added, changed }: ReloadPlan): Promise<readonly ConfigProblem[]> {
    const taken = new Set(host.status().destinations.map(({ id }) => id));
    const problems: ConfigProblem[] = added
      .filter(({ id }) => taken.has(id))
      .map(({ id }) => ({ path: nameOf(id), message: "has the id of an organisation's.", fix: "Give it another id." }));
    const tries = [...added, ...changed].map(async (destination) => {
      try {
        await host.tryOpen(destination);
      } catch (error) {
        problems.push({ path: nameOf(destination.id), message: messageOf(error) });
      }
    });
    await Promise.all(tries);
    return problems;
  }

  /** Applies each destination separately. One that fails stays as it was. */
  async function apply({ added, changed, removed }: ReloadPlan) {
    const last: DestinationStatus[] = [];
    const failed = new Map<string, ConfigProblem>();
    const attempt = async ({ id }: Destination, change: Promise<unknown>) => {
      try {
        await change;
      } catch (error) {
        failed.set(id, { path: nameOf(id), message: messageOf(error) });
      }
    };
    await Promise.all([
      ...added.map((destination) => attempt(destination, host.open(destination))),
      ...changed.map((destination) => attempt(destination, host.replace(destination))),
      // As after a restart without the destination: its queued events wait for one of the same id.
      ...removed.map((destination) => attempt(destination, remove(destination))),
    ]);
    return { failed, removed: last };

    async function remove({ id }: Destination): Promise<void> {
      last.push(await host.remove(id, { leftover: "keep" }));
    }
  }

  function inEffect(wanted: Deployment, failed: ReadonlyMap<string, unknown>): readonly Destination[] {
    const kept = running.destinations.filter(({ id }) => failed.has(id));
    return [...wanted.destinations.filter(({ id }) => !failed.has(id)), ...kept];
  }

  function tell(outcome: ReloadOutcome): void {
    if (outcome.kind === "refused") {
      const problems = outcome.problems.map(describeProblem);
      logger.error({ problems }, "the configuration is not usable, nothing was changed");
      return;
    }
    const { plan, removed, failed, warnings } = outcome;
    for (const warning of warnings) logger.warn(warning, "odd configuration");
    if (plan.needsRestart.length > 0) {
      logger.warn({ settings: plan.needsRestart }, "settings have changed that only a restart applies");
    }
    for (const { id: destination, counts, queued } of removed) {
      logger.info({ destination, ...counts, queued }, "destination is removed, this is its account");
    }
    const facts = { added: idsOf(plan.added), changed: idsOf(plan.changed), removed: idsOf(plan.removed) };
    if (failed.length === 0) logger.info(facts, "the configuration was read again");
    else logger.error({ ...facts, problems: failed.map(describeProblem) }, "some destinations are as before");
  }

  return {
    current: () => running,
    reload() {
      const outcome = previous.then(reloadAndTell);
      previous = outcome.catch(() => undefined);
      return outcome;
    },
  };
}

function nameOf(id: string): string {
  return `destination ${id}`;
}

function idsOf(destinations: readonly Destination[]): readonly string[] {
  return destinations.map(({ id }) => id);
}
