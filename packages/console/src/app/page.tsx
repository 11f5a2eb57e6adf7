import type { JSX } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { Connect } from "../pages/connect/connect.tsx";
import { ConnectTo } from "../pages/connect/connect-to.tsx";
import { DeadLetters } from "../pages/dead-letters/dead-letters.tsx";
import { Destination } from "../pages/destination/destination.tsx";
import { DestinationEvents } from "../pages/destination/destination-events.tsx";
import { DestinationSettings } from "../pages/destination/destination-settings.tsx";
import { Links } from "../pages/links.tsx";
import { GlobalDestination } from "../pages/operator/global-destination.tsx";
import { Operator } from "../pages/operator/operator.tsx";
import { Overview } from "../pages/overview.tsx";
import { Tap } from "../pages/tap/tap.tsx";
import { Empty, Notice } from "../parts/notice.tsx";
import { PageHead } from "../parts/page-head.tsx";
import { Outside } from "../parts/text.tsx";
import { useConsole } from "../state/console-context.ts";

/** The page of the route, or that it failed: a fault of one page leaves the way to the others. */
export function Page(): JSX.Element {
  const { strings } = useConsole();
  const [failure] = useErrorBoundary();
  if (failure === undefined) return <RoutePage />;
  return (
    <Notice tone="bad" title={strings.errors.broken} isAlert>
      <p>{strings.errors.brokenHelp}</p>
      <Outside text={failure instanceof Error ? failure.message : strings.unknown} />
    </Notice>
  );
}

/** Pages that are of no organisation. */
const OPERATORS_OWN: ReadonlySet<string> = new Set(["operator", "global", "unknown"]);

function RoutePage(): JSX.Element {
  const { route, strings, session, org } = useConsole();
  const isOperator = session?.is_admin === true;
  // An operator's pages of organisations are always of one of them.
  const { page } =
    isOperator && org === undefined && !OPERATORS_OWN.has(route.page) ? { page: "operator" as const } : route;
  switch (page) {
    case "overview":
      return <Overview />;
    case "connect":
      return <Connect />;
    case "connect-to":
      return <ConnectTo type={"type" in route ? route.type : ""} />;
    case "destination":
      return <Destination id={"id" in route ? route.id : ""} />;
    case "destination-settings":
      return <DestinationSettings id={"id" in route ? route.id : ""} />;
    case "destination-events":
      return <DestinationEvents id={"id" in route ? route.id : ""} />;
    case "dead-letters":
      return <DeadLetters id={"id" in route ? route.id : ""} />;
    case "tap":
      return <Tap />;
    case "links":
      return <Links />;
    case "operator":
      return isOperator ? <Operator /> : <Overview />;
    case "global":
      return isOperator ? <GlobalDestination id={"id" in route ? route.id : ""} /> : <Overview />;
    case "unknown":
      return (
        <>
          <PageHead title={strings.errors.notFound} name={strings.errors.notFound} />
          <div class="card">
            <Empty title={strings.errors.notFound}>
              <p>{strings.errors.notFoundHelp}</p>
            </Empty>
          </div>
        </>
      );
    default:
      return page satisfies never;
  }
}
