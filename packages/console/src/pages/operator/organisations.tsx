import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Organisation } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { Empty, Loading, ProblemNotice } from "../../parts/notice.tsx";
import { HealthPill } from "../../parts/pill.tsx";
import { Outside, ServerText } from "../../parts/text.tsx";
import { Button } from "../../parts/button.tsx";
import { filled } from "../../strings/strings.ts";
import { firstPages } from "./first-pages.ts";

const SORTS = ["worst", "queued", "dead_letters", "org"] as const;
const TYPING_MS = 300;

/** All organisations, worst first, and the way to act for one of them. */
export function Organisations(): JSX.Element {
  const { api, strings, formats } = useConsole();
  const { operator } = strings;
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<string>("worst");
  const [pages, setPages] = useState(1);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSearch(typed.trim());
      setPages(1);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const query = { sort, ...(search !== "" && { search }) };
  const { value, problem, reload } = useLoaded(
    () => firstPages((cursor) => api.organisations({ ...query, ...(cursor !== null && { cursor }) }), pages),
    JSON.stringify(query),
    10_000,
  );
  const more = () => {
    setPages(pages + 1);
    reload();
  };
  const shown = useRef<HTMLSpanElement>(null);
  const isAllAsked = value !== undefined && value.pages > 1 && !value.hasMore;
  useEffect(() => {
    // The button goes with the last page, and would take the focus with it.
    if (isAllAsked) shown.current?.focus();
  }, [isAllAsked]);
  return (
    <section class="card flush" aria-labelledby="organisations-title">
      <div class="card-head">
        <h2 id="organisations-title">{operator.organisations}</h2>
        {value !== undefined && <span class="muted">{formats.plural(operator.total, value.total)}</span>}
      </div>
      <div class="inline-form card-text">
        <div class="field">
          <label for="org-search">{operator.search}</label>
          <input id="org-search" type="search" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for="org-sort">{operator.sort}</label>
          <select
            id="org-sort"
            value={sort}
            onChange={(event) => {
              setSort(event.currentTarget.value);
              setPages(1);
            }}
          >
            {SORTS.map((each) => (
              <option value={each}>{operator.sorts[each]}</option>
            ))}
          </select>
        </div>
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {value === undefined && problem === undefined && <Loading />}
      {value?.organisations.length === 0 && <Empty title={search === "" ? operator.empty : operator.noMatch} />}
      {value !== undefined && value.organisations.length > 0 && <Table organisations={value.organisations} />}
      {value !== undefined && (value.hasMore || pages > 1) && (
        <div class="row card-foot">
          <span class="muted" role="status" tabIndex={-1} ref={shown}>
            {filled(operator.shown, {
              shown: formats.number(value.organisations.length),
              total: formats.number(value.total),
            })}
          </span>
          {value.hasMore && (
            <Button onClick={more} isBusy={value.pages < pages && problem === undefined}>
              {operator.more}
            </Button>
          )}
        </div>
      )}
      <ActById />
    </section>
  );
}

function Table({ organisations }: { readonly organisations: readonly Organisation[] }): JSX.Element {
  const { strings, formats, href } = useConsole();
  const { operator } = strings;
  return (
    <div class="table-wrap">
      <table aria-labelledby="organisations-title">
        <thead>
          <tr>
            <th scope="col">{operator.organisation}</th>
            <th scope="col">{operator.health}</th>
            <th scope="col" class="num">
              {operator.destinations}
            </th>
            <th scope="col" class="num">
              {operator.queued}
            </th>
            <th scope="col" class="num">
              {operator.oldest}
            </th>
            <th scope="col" class="num">
              {operator.letters}
            </th>
            <th scope="col">
              <span class="visually-hidden">{operator.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {organisations.map((each) => (
            <tr key={each.org_id}>
              <th scope="row" class="mono">
                {each.org_id}
              </th>
              <td>
                <div class="stack tight">
                  <HealthPill health={each.health} />
                  {each.worst !== null && (
                    <span class="small">
                      <Outside text={each.worst.name ?? each.worst.connector_type} />
                      {each.worst.reason !== null && (
                        <>
                          : <ServerText text={each.worst.reason} />
                        </>
                      )}
                    </span>
                  )}
                </div>
              </td>
              <td class="num" data-label={operator.destinations}>
                {formats.number(each.destinations)}
              </td>
              <td class="num" data-label={operator.queued}>
                {formats.compact(each.queued)}
              </td>
              <td class="num" data-label={operator.oldest}>
                {each.oldest_age_seconds === null || each.oldest_age_seconds === 0
                  ? "–"
                  : formats.duration(each.oldest_age_seconds)}
              </td>
              <td class="num" data-label={operator.letters}>
                {formats.compact(each.dead_letters_waiting)}
              </td>
              <td>
                <a
                  class="button slim"
                  href={href({ page: "overview" }, each.org_id)}
                  aria-label={filled(operator.actLabel, { org: each.org_id })}
                >
                  {operator.act}
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** For an organisation that has nothing yet, and is in no list. */
function ActById(): JSX.Element {
  const { strings, go } = useConsole();
  const { operator } = strings;
  const [org, setOrg] = useState("");
  const isId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(org.trim());
  return (
    <form
      class="inline-form card-foot"
      onSubmit={(event) => {
        event.preventDefault();
        if (isId) go({ page: "overview" }, org.trim().toLowerCase());
      }}
    >
      <div class="field">
        <label for="org-id">{operator.orgId}</label>
        <input
          id="org-id"
          class="mono"
          value={org}
          placeholder="00000000-0000-0000-0000-000000000000"
          aria-invalid={org.trim() !== "" && !isId}
          onInput={(event) => setOrg(event.currentTarget.value)}
        />
      </div>
      <button type="submit" class="button">
        {operator.act}
      </button>
    </form>
  );
}
