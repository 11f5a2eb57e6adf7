import type { JSX } from "preact";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { useLoaded } from "../../state/use-loaded.ts";
import { useNow } from "../../state/use-now.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";
import { Outside } from "../../parts/text.tsx";
import { Ago } from "../../parts/time.tsx";
import { filled } from "../../strings/strings.ts";

/** Tokens of the API, without the tokens themselves. */
export function Tokens(): JSX.Element {
  const { api, strings } = useConsole();
  const { operator } = strings;
  const now = useNow();
  const { value, problem, reload } = useLoaded(() => api.tokens(), "tokens", 15_000);
  const revoke = useAction(async (id: string) => {
    await api.revokeToken(id);
    reload();
  });
  const time = (at: string | null) => (at === null ? strings.never : <Ago time={at} now={now} />);
  const anyProblem = problem ?? revoke.problem;
  return (
    <section class="card flush" aria-labelledby="tokens-title">
      <div class="card-head">
        <h2 id="tokens-title">{operator.tokens}</h2>
        <span class="muted">{operator.tokensLead}</span>
      </div>
      {anyProblem !== undefined && <ProblemNotice problem={anyProblem} />}
      {value?.length === 0 && <p class="card-text muted">{operator.tokensEmpty}</p>}
      {value !== undefined && value.length > 0 && (
        <div class="table-wrap">
          <table aria-labelledby="tokens-title">
            <thead>
              <tr>
                <th scope="col">{operator.name}</th>
                <th scope="col">{operator.scope}</th>
                <th scope="col">{operator.lastUsed}</th>
                <th scope="col">{operator.expires}</th>
                <th scope="col">
                  <span class="visually-hidden">{operator.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {value.map((token) => (
                <tr key={token.id}>
                  <th scope="row">
                    <Outside text={token.name ?? token.id} />
                  </th>
                  <td class="mono" data-label={operator.scope}>
                    <Outside text={token.scope} />
                  </td>
                  <td data-label={operator.lastUsed}>{time(token.last_used_at)}</td>
                  <td data-label={operator.expires}>{time(token.expires_at)}</td>
                  <td>
                    {token.revoked_at === null ? (
                      <Button
                        isSlim
                        isBusy={revoke.isRunning}
                        label={filled(operator.revokeLabel, { name: token.name ?? token.id })}
                        onClick={() => revoke.run(token.id)}
                      >
                        {operator.revoke}
                      </Button>
                    ) : (
                      operator.revoked
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
