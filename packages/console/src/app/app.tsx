import type { JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { createApi } from "../api/api.ts";
import type { ApiProblem } from "../api/problem.ts";
import { createRequests } from "../api/requests.ts";
import type { Session } from "../api/types.ts";
import { SignIn } from "../pages/sign-in.tsx";
import type { StringOverrides } from "../strings/strings.ts";
import { overridden } from "../strings/strings.ts";
import type { Console } from "../state/console-context.ts";
import { ConsoleContext } from "../state/console-context.ts";
import { createFormats } from "../state/formats.ts";
import type { Navigation } from "../state/navigation.ts";
import { Page } from "./page.tsx";
import type { Located, Route } from "../state/routes.ts";
import { pathOf, routeOf } from "../state/routes.ts";
import { Shell } from "./shell.tsx";
import { useAppearance } from "../state/use-appearance.ts";
import { asProblem } from "../state/use-loaded.ts";
import { useStrings } from "../state/use-strings.ts";

export interface AppProps {
  readonly host: HTMLElement;
  readonly root: string;
  readonly navigation: Navigation;
  readonly isEmbedded: boolean;
  readonly token: (() => string | Promise<string>) | undefined;
  readonly overrides: StringOverrides;
  readonly lang: string | null;
  readonly theme: string | null;
}

/** Whether the reader is signed in, as far as is known. */
type SignedIn =
  | { readonly state: "asking"; readonly problem?: ApiProblem }
  | { readonly state: "out"; readonly why?: "signed-out" }
  | { readonly state: "in"; readonly session: Session; readonly hasEnded?: boolean };

export function App(props: AppProps): JSX.Element {
  const { host, root, navigation, isEmbedded, token, overrides } = props;
  const appearance = useAppearance(host, props.theme);
  const { language, setLanguage, texts, locale } = useStrings(host, props.lang);
  const strings = useMemo(() => overridden(texts, overrides), [texts, overrides]);
  const formats = useMemo(() => createFormats(locale), [locale]);
  const [path, setPath] = useState(navigation.path);
  const [setupToken, setSetupToken] = useState(() => setupTokenOf(navigation.path()));
  const [signedIn, setSignedIn] = useState<SignedIn>({ state: "asking" });
  const [message, setMessage] = useState("");
  const session = signedIn.state === "in" ? signedIn.session : undefined;

  useLayoutEffect(() => {
    const read = () => {
      const found = setupTokenOf(navigation.path());
      if (found !== undefined) {
        setSetupToken(found);
        // Out of the address bar and the history at once: the link is a credential.
        navigation.go("/", { replace: true });
      }
      setPath(navigation.path());
    };
    read();
    return navigation.listen(read);
  }, [navigation]);

  const start: Route = session?.is_admin === true ? { page: "operator" } : { page: "overview" };
  const route: Located = routeOf(path) ?? start;
  const org = session?.is_admin === true ? route.org : undefined;

  const latest = useRef({ session, org });
  latest.current = { session, org };
  const requests = useMemo(
    () =>
      createRequests({
        root,
        token,
        csrfToken: () => latest.current.session?.csrf_token ?? null,
        orgId: () => latest.current.org,
        onProblem({ status }) {
          // The page below stays as it is, with what was entered, until the reader has signed in again.
          if (status === 401) setSignedIn((old) => (old.state === "in" ? { ...old, hasEnded: true } : old));
        },
      }),
    [root, token],
  );
  const api = useMemo(() => createApi(requests), [requests]);

  const ask = useCallback(async () => {
    try {
      setSignedIn({ state: "in", session: await api.session() });
    } catch (error) {
      const problem = asProblem(error);
      setSignedIn(problem.status === 401 ? { state: "out" } : { state: "asking", problem });
    }
  }, [api]);
  useEffect(() => {
    if (setupToken === undefined) void ask();
  }, [ask, setupToken]);

  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const to = link?.getAttribute("href");
    if (to === undefined || to === null || !to.startsWith("#")) return;
    event.preventDefault();
    navigation.go(to.slice(1));
  };

  const signOut = useCallback(() => {
    // Signed out here in any case: where the server does not answer, its session ends by itself.
    void api.signOut().catch(() => undefined);
    setSignedIn({ state: "out", why: "signed-out" });
    navigation.go("/", { replace: true });
  }, [api, navigation]);

  const value: Console = {
    api,
    requests,
    strings,
    formats,
    session,
    route,
    org,
    go: (to, forOrg = org) => navigation.go(pathOf(to, forOrg)),
    href: (to, forOrg = org) => navigation.href(pathOf(to, forOrg)),
    language,
    setLanguage,
    ...appearance,
    signOut,
    announce: setMessage,
    isEmbedded,
  };
  const isIn = signedIn.state === "in" && setupToken === undefined;
  const hasEnded = signedIn.state === "in" && signedIn.hasEnded === true;
  return (
    <ConsoleContext.Provider value={value}>
      <Shell isSignedIn={isIn && !hasEnded} onFollow={isEmbedded ? follow : undefined}>
        {isIn && (
          <div hidden={hasEnded}>
            <Page key={pathOf(route, org)} />
          </div>
        )}
        {(!isIn || hasEnded) && (
          <SignIn
            setupToken={setupToken}
            state={stateOf(signedIn)}
            problem={signedIn.state === "asking" ? signedIn.problem : undefined}
            onRetry={() => void ask()}
            onSession={(next) => {
              setSetupToken(undefined);
              setSignedIn({ state: "in", session: next });
            }}
            onLeaveLink={() => setSetupToken(undefined)}
          />
        )}
      </Shell>
      <div class="visually-hidden" role="status" aria-live="polite">
        {message}
      </div>
    </ConsoleContext.Provider>
  );
}

function stateOf(signedIn: SignedIn): "asking" | "new" | "ended" | "signed-out" {
  switch (signedIn.state) {
    case "asking":
      return signedIn.problem === undefined ? "asking" : "new";
    case "in":
      return "ended";
    case "out":
      return signedIn.why ?? "new";
    default:
      return signedIn satisfies never;
  }
}

/** The secret of a set-up link, `#setup=…`. */
function setupTokenOf(path: string): string | undefined {
  return /^setup=(.+)$/.exec(path)?.[1];
}
