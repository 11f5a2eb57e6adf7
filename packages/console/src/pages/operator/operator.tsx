import type { JSX } from "preact";
import { useConsole } from "../../state/console-context.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { AllLinks } from "./all-links.tsx";
import { GlobalDestinations } from "./global-destinations.tsx";
import { Organisations } from "./organisations.tsx";
import { ServerFacts } from "./server-facts.tsx";
import { Tokens } from "./tokens.tsx";

/** What an operator looks at: what is stuck, whose it is, and the server itself. */
export function Operator(): JSX.Element {
  const { strings } = useConsole();
  const { operator } = strings;
  return (
    <>
      <PageHead title={operator.title} name={operator.title} lead={operator.lead} />
      <div class="stack loose">
        <ServerFacts />
        <Organisations />
        <GlobalDestinations />
        <AllLinks />
        <Tokens />
      </div>
    </>
  );
}
