import type { Deployment, Host } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import { accountLines } from "../account/account-lines.ts";
import type { ExitCode } from "../account/account.ts";
import { exitCodeOf, serverAccount } from "../account/account.ts";
import type { CommandContext } from "../commands/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../commands/context.ts";
import type { SiemServer } from "../http/server.ts";
import { createServer } from "../http/server.ts";
import { createLogger } from "../terminal/log.ts";
import { counted } from "../terminal/numbers.ts";
import { intakeOptions } from "./intake-options.ts";
import type { ListenAddress } from "./listen.ts";
import { assertSafe, listen } from "./listen.ts";
import { leftoversOf, openQueueStore } from "./queue-store.ts";
import { createStatusView } from "./status-view.ts";
import { watchStopSignals } from "./stop-signals.ts";

export interface ServeOptions {
  readonly deployment: Deployment;
  readonly address: ListenAddress;
  /** Where the port is taken, any other will do. */
  readonly anyPort?: boolean;
  /** What to say first, knowing where the server listens. */
  readonly banner: (origin: string) => readonly string[];
  /** Something that feeds the host while it runs; the returned function ends it. */
  readonly feed?: (host: Host) => () => void;
}

/** Runs the server until it is asked to end, then drains and accounts for every event. */
export async function serve(context: CommandContext, options: ServeOptions): Promise<ExitCode> {
  const { deployment, address, anyPort = false, banner, feed } = options;
  const { settings, destinations } = deployment;
  const { terminal, json } = context;
  assertSafe(address, settings.ingestToken !== undefined);

  const stream = json ? terminal.stderr : terminal.stdout;
  const view = createStatusView(stream, paintOf(context, stream));
  const isSharedScreen = terminal.stderr.isTTY === true && stream.isTTY === true;
  const logger = createLogger({
    level: settings.logLevel,
    write: (text) => (isSharedScreen ? view.write(text) : void terminal.stderr.write(text)),
    paint: terminal.stderr.isTTY === true ? paintOf(context, terminal.stderr) : undefined,
  });
  for (const warning of deployment.warnings) logger.warn(warning, "odd configuration");

  const { deadLetterPath, doorLimits, maxQueuedBytes, maxBodyBytes, ingestToken } = settings;
  const queueStore = await openQueueStore(settings.queue, "disk", logger);
  const host = await createHost({
    destinations,
    queueStore,
    egress: settings.egress,
    logger,
    deadLetterPath,
    deadLetterRetentionMs: settings.deadLetterRetentionMs,
    ...intakeOptions(settings),
    ...(maxQueuedBytes !== undefined && { maxQueuedBytes }),
    maxQueuedBytesPerOrg: settings.maxQueuedBytesPerOrg,
  });
  const onFailure = (error: Error) => logger.error({ error: error.message, stack: error.stack }, "a request failed");
  const server = createServer({ host, ingestToken, doorLimits, maxBodyBytes, onFailure });
  const stopped = untilStopped(context, { host, server, write: (text) => view.write(text) });
  let endFeed: (() => void) | undefined;
  for (const leftover of leftoversOf(queueStore)) {
    logger.warn(leftover, "events wait for a destination that is not configured any more");
  }
  try {
    const origin = await listen(server.app, address, { anyPort });
    printLines(stream, banner(origin));
    view.start(() => host.status());
    endFeed = feed?.(host);
    await stopped.asked;
    endFeed?.();
    server.stopIntake();
    await host.stop();
  } finally {
    endFeed?.();
    stopped.unwatch();
    await host.stop({ deadlineMs: 0 });
    await server.close();
    view.stop();
  }

  const status = host.status();
  const account = serverAccount(status, server.unreadable);
  if (json) printJson(context, account);
  else {
    const lines = accountLines({ account, status, destinations, deadLetterPath }, paintOf(context), widthOf(stream));
    printLines(terminal.stdout, ["", ...lines]);
  }
  return exitCodeOf(account);
}

interface Stoppable {
  readonly host: Host;
  readonly server: SiemServer;
  readonly write: (text: string) => void;
}

function untilStopped({ terminal }: CommandContext, { host, write }: Stoppable) {
  let ask: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const unwatch = watchStopSignals(terminal, {
    first(signal) {
      const queued = host.status().destinations.reduce((sum, destination) => sum + destination.queued, 0);
      write(
        `\n${signal}: taking no more, delivering ${counted(queued, "queued event")} (at most 25 s; again to end now)\n`,
      );
      ask?.();
    },
    second: () => void host.stop(),
  });
  return { asked, unwatch };
}
