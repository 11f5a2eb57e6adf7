import type { JSX } from "preact";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { LinkTable } from "../../parts/link-table.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";

/** Set-up links of all organisations. They are revoked where one acts for their organisation. */
export function AllLinks(): JSX.Element {
  const { api, strings } = useConsole();
  const { value, problem, reload } = useLoaded(() => api.allSetupLinks(), "all-links", 15_000);
  return (
    <section class="card flush" aria-labelledby="links-title">
      <div class="card-head">
        <h2 id="links-title">{strings.operator.links}</h2>
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {value?.length === 0 && <p class="card-text muted">{strings.links.empty}</p>}
      {value !== undefined && value.length > 0 && (
        <LinkTable links={value} canRevoke={false} showsOrganisation onChanged={reload} />
      )}
    </section>
  );
}
