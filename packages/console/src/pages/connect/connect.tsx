import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Connector } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { Empty, Loading, ProblemNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { isKnownType, SiemIcon } from "../../parts/siem-icon.tsx";
import { Outside } from "../../parts/text.tsx";
import { WizardSteps } from "./wizard-steps.tsx";

/** The first step of connecting: which SIEM. */
export function Connect(): JSX.Element {
  const { api, strings } = useConsole();
  const { wizard } = strings;
  const { value, problem } = useLoaded(() => api.connectors(), "connectors");
  const [search, setSearch] = useState("");
  const found = (value ?? [])
    .filter(({ type, display_name }) =>
      `${type} ${display_name ?? ""}`.toLowerCase().includes(search.trim().toLowerCase()),
    )
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const known = found.filter(({ type }) => isKnownType(type));
  const others = found.filter(({ type }) => !isKnownType(type));
  return (
    <>
      <PageHead title={wizard.title} name={wizard.title} lead={wizard.lead} />
      <WizardSteps current="choose" />
      <div class="stack loose">
        {problem !== undefined && <ProblemNotice problem={problem} />}
        {value === undefined && problem === undefined && <Loading />}
        {value !== undefined && (
          <>
            <div class="field search">
              <label for="search">{wizard.search}</label>
              <input
                id="search"
                type="search"
                value={search}
                onInput={(event) => setSearch(event.currentTarget.value)}
              />
            </div>
            {known.length > 0 && <Grid connectors={known} />}
            {others.length > 0 && (
              <section class="stack">
                <h2>{wizard.thirdParty}</h2>
                <Grid connectors={others} />
              </section>
            )}
            {found.length === 0 && (
              <div class="card">
                <Empty title={wizard.noMatch} />
              </div>
            )}
          </>
        )}
      </div>
    </>
  );
}

function Grid({ connectors }: { readonly connectors: readonly Connector[] }): JSX.Element {
  const { href } = useConsole();
  return (
    <ul class="siem-grid">
      {connectors.map((connector) => (
        <li key={connector.type}>
          <a class="siem" href={href({ page: "connect-to", type: connector.type })}>
            <SiemIcon type={connector.type} />
            <span class="strong">
              <Outside text={nameOf(connector)} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function nameOf({ display_name, type }: Pick<Connector, "display_name" | "type">): string {
  return display_name ?? type;
}
