import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiProblem } from "../api/problem.ts";
import type { Session } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { useAction } from "../state/use-action.ts";
import { Button } from "../parts/button.tsx";
import { Loading, Notice, ProblemNotice } from "../parts/notice.tsx";
import { PageHead } from "../parts/page-head.tsx";

interface SignInProps {
  readonly setupToken: string | undefined;
  readonly state: "asking" | "new" | "ended" | "signed-out";
  readonly problem: ApiProblem | undefined;
  readonly onRetry: () => void;
  readonly onSession: (session: Session) => void;
  readonly onLeaveLink: () => void;
}

/** The way in: by a token, or by a set-up link that is exchanged for a session at once. */
export function SignIn(props: SignInProps): JSX.Element {
  const { strings } = useConsole();
  const { setupToken, state, problem, onRetry } = props;
  if (setupToken !== undefined) return <WithLink key={setupToken} {...props} setupToken={setupToken} />;
  if (state === "asking") return <Loading />;
  if (problem !== undefined) {
    return (
      <div class="gate">
        <div class="card stack">
          <ProblemNotice problem={problem} />
          <Button onClick={onRetry}>{strings.tryAgain}</Button>
        </div>
      </div>
    );
  }
  return <WithToken {...props} />;
}

function WithToken({ state, onSession }: SignInProps): JSX.Element {
  const { api, strings } = useConsole();
  const [token, setToken] = useState("");
  const [isMissing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const signIn = useAction(async () => onSession(await api.signIn({ token: token.trim() })));
  return (
    <div class="gate">
      <form
        class="card stack loose"
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(token.trim() === "");
          if (token.trim() === "") input.current?.focus();
          else signIn.run();
        }}
      >
        <PageHead title={strings.signIn.title} name={strings.signIn.title} lead={strings.signIn.lead} />
        {state === "ended" && <Notice tone="warn" title={strings.signIn.ended} isAlert />}
        {state === "signed-out" && <Notice tone="good" title={strings.signIn.signedOut} />}
        <div class="field">
          <label for="token">{strings.signIn.token}</label>
          <input
            id="token"
            ref={input}
            type="password"
            autocomplete="off"
            value={token}
            aria-describedby="token-help"
            aria-invalid={isMissing}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
          <div id="token-help" class="stack tight">
            <p class="help">{strings.signIn.tokenHelp}</p>
            {isMissing && <p class="problem">{strings.form.missing}</p>}
          </div>
        </div>
        {signIn.problem !== undefined && <ProblemNotice problem={signIn.problem} title={strings.signIn.title} />}
        <Button type="submit" kind="primary" isBusy={signIn.isRunning}>
          {strings.signIn.submit}
        </Button>
      </form>
    </div>
  );
}

function WithLink({ setupToken, onSession, onLeaveLink }: SignInProps & { readonly setupToken: string }): JSX.Element {
  const { api, strings } = useConsole();
  const exchange = useAction(async () => onSession(await api.signIn({ setup_token: setupToken })));
  useEffect(exchange.run, []);
  if (exchange.problem === undefined) return <Loading />;
  return (
    <div class="gate">
      <div class="card stack">
        <PageHead
          title={strings.signIn.linkFailed}
          name={strings.signIn.linkFailed}
          lead={strings.signIn.linkFailedHelp}
        />
        <ProblemNotice problem={exchange.problem} title={strings.signIn.linkFailed} />
        <div class="row">
          <Button onClick={exchange.run} isBusy={exchange.isRunning}>
            {strings.tryAgain}
          </Button>
          <Button kind="quiet" onClick={onLeaveLink}>
            {strings.signIn.withToken}
          </Button>
        </div>
      </div>
    </div>
  );
}
