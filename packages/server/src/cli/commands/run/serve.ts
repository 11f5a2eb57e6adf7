import type { Host } from "@arbitex/core/host";
import type { Deployment } from "../../../config/deployment.ts";
import { accountLines } from "../../account/account-lines.ts";
import type { ExitCode } from "../../account/account.ts";
import { exitCodeOf, serverAccount } from "../../account/account.ts";
import type { CommandContext } from "../../shared/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../../shared/context.ts";
import { controlPathOf } from "../../../control/control-path.ts";
import { controlRoutes } from "../../../control/control-routes.ts";
import { openControl } from "../../../control/control-server.ts";
import { createLogger } from "../../terminal/log.ts";
import { counted } from "../../terminal/numbers.ts";
import type { ListenAddress } from "../../../service/siem-server.ts";
import { listen } from "../../../service/listen.ts";
import type { OpenServer } from "../../../service/open-server.ts";
import { openServer } from "../../../service/open-server.ts";
import type { Reloader } from "../../../service/reloader.ts";
import { createReloader } from "../../../service/reloader.ts";
import { createStatusView } from "../../views/status-view.ts";
import { watchStopSignals } from "../../views/stop-signals.ts";

export interface ServeOptions {
  readonly deployment: Deployment;
  readonly address: ListenAddress;
  /** Use any free port when the configured one is taken. */
  readonly anyPort?: boolean;
  /** Reads the configuration again. Without it the server does not reload. */
  readonly reload?: () => Promise<Deployment>;
  /** Lines to print once the server listens. */
  readonly greeting: (origin: string, opened: OpenServer) => Promise<readonly string[]>;
  /** Feeds events to the host while it runs; the returned function stops the feed. */
  readonly feed?: (host: Host) => () => void;
}

/** Runs the server until it is asked to stop, then drains and accounts for every event. */
export async function serve(context: CommandContext, options: ServeOptions): Promise<ExitCode> {
  const { deployment, address, anyPort = false, greeting, feed, reload } = options;
  const { settings } = deployment;
  const { terminal, json } = context;

  const stream = json ? terminal.stderr : terminal.stdout;
  const view = createStatusView(stream, paintOf(context, stream));
  const isSharedScreen = terminal.stderr.isTTY === true && stream.isTTY === true;
  const logger = createLogger({
    level: settings.logLevel,
    write: (text) => (isSharedScreen ? view.write(text) : void terminal.stderr.write(text)),
    paint: terminal.stderr.isTTY === true ? paintOf(context, terminal.stderr) : undefined,
  });
  for (const warning of deployment.warnings) logger.warn(warning, "odd configuration");

  let reloader: Reloader | undefined;
  // A SIGHUP while the server opens is ignored: the server is about to read the configuration anyway.
  const unwatchReload = reload && terminal.onReload(() => void reloader?.reload());
  const { workingFolder, environment } = terminal;
  const isProduction = environment["NODE_ENV"] === "production";
  const opened = await openServer({ deployment, address, workingFolder, isProduction, logger });
  const { host, server } = opened;
  reloader = reload && createReloader({ started: deployment, load: reload, host, logger });
  const control =
    reloader &&
    (await openControl({
      path: controlPathOf(settings, workingFolder),
      routes: controlRoutes({ host, view: opened.view, activity: opened.activity, reloader }),
      logger,
    }));
  const stopped = untilStopped(context, { host, write: (text) => view.write(text) });
  let endFeed: (() => void) | undefined;
  for (const leftover of opened.leftovers) {
    logger.warn(leftover, "events wait for a destination that is not configured any more");
  }
  try {
    const origin = await listen(server.app, address, { anyPort });
    printLines(stream, await greeting(origin, opened));
    view.start(() => host.status());
    endFeed = feed?.(host);
    await stopped.asked;
    endFeed?.();
    await opened.stop();
  } finally {
    endFeed?.();
    stopped.unwatch();
    unwatchReload?.();
    await control?.close();
    await opened.close();
    view.stop();
  }

  const status = host.status();
  const account = serverAccount(status, server.unreadable);
  if (json) printJson(context, account);
  else {
    const { deadLetters } = opened;
    const { destinations } = reloader?.current() ?? deployment;
    const lines = accountLines({ account, status, destinations, deadLetters }, paintOf(context), widthOf(stream));
    printLines(terminal.stdout, ["", ...lines]);
  }
  return exitCodeOf(account);
}

interface Stoppable {
  readonly host: Host;
  readonly write: (text: string) => void;
}

function untilStopped({ terminal }: CommandContext, { host, write }: Stoppable) {
  let ask: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const unwatch = watchStopSignals(terminal, {
    first(reason) {
      const queued = host.status().destinations.reduce((sum, destination) => sum + destination.queued, 0);
      write(
        `\n${reason}: taking no more, delivering ${counted(queued, "queued event")} (at most 25 s; again to end now)\n`,
      );
      ask?.();
    },
    second: () => void host.stop(),
  });
  return { asked, unwatch };
}
