import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import { Button } from "../parts/button.tsx";
import { Icon, Logo } from "../parts/icons.tsx";
import { Outside } from "../parts/text.tsx";
import { filled } from "../strings/strings.ts";
import { useConsole } from "../state/console-context.ts";
import { Menu } from "./menu.tsx";
import type { Route } from "../state/routes.ts";

interface ShellProps {
  readonly isSignedIn: boolean;
  /** Follows a link of the console where its place is not in the address bar. */
  readonly onFollow: ((event: MouseEvent) => void) | undefined;
  readonly children: ComponentChildren;
}

/** What surrounds each page: the way to the others, for whom one acts, and how it looks. */
export function Shell({ isSignedIn, onFollow, children }: ShellProps): JSX.Element {
  const { strings, session, org, href, go, route, signOut, language, formats } = useConsole();
  const main = useRef<HTMLElement>(null);
  const isOperator = session?.is_admin === true;
  const isForOne = !isOperator || org !== undefined;
  const links: readonly (readonly [Route, string, readonly string[]])[] = [
    ...(isOperator ? [[{ page: "operator" }, strings.nav.operator, ["operator", "global"]] as const] : []),
    ...(isForOne
      ? ([
          [
            { page: "overview" },
            strings.nav.overview,
            ["overview", "destination", "destination-settings", "destination-events", "dead-letters"],
          ],
          [{ page: "connect" }, strings.nav.connect, ["connect", "connect-to"]],
          [{ page: "tap" }, strings.nav.tap, ["tap"]],
          ...(session?.may_share === true ? [[{ page: "links" }, strings.nav.links, ["links"]] as const] : []),
        ] as const)
      : []),
  ];
  return (
    <div class="shell" lang={language} {...(onFollow !== undefined && { onClick: onFollow })}>
      <button type="button" class="button primary skip" onClick={() => main.current?.focus()}>
        {strings.skip}
      </button>
      <header class="topbar">
        <div class="topbar-inner">
          <a class="brand" href={href({ page: isOperator && org === undefined ? "operator" : "overview" })}>
            <Logo />
            {strings.product}
          </a>
          {isSignedIn && (
            <nav class="nav" aria-label={strings.nav.label}>
              {links.map(([to, text, pages]) => (
                <a href={href(to)} {...(pages.includes(route.page) && { "aria-current": "page" })}>
                  {text}
                </a>
              ))}
            </nav>
          )}
          <div class="tools">
            {isSignedIn && session?.kind !== "bearer" && (
              <Button kind="quiet" isSlim onClick={signOut}>
                {strings.signOut}
              </Button>
            )}
          </div>
        </div>
      </header>
      {isSignedIn && org !== undefined && (
        <div class="acting" role="region" aria-label={strings.nav.operator}>
          <div class="topbar-inner">
            <Icon name="shield" />
            <span>
              <Outside text={filled(strings.actingFor, { org })} />
            </span>
            <button type="button" class="link push" onClick={() => go({ page: "operator" })}>
              {strings.actingEnd}
            </button>
          </div>
        </div>
      )}
      <main class="page" ref={main} tabIndex={-1}>
        {children}
      </main>
      <footer>
        <div class="footer-inner">
          {isSignedIn && session !== undefined && (
            <span>
              <Outside text={filled(strings.signedInAs, { name: session.name })} />
              {session.expires_at !== null && (
                <>. {filled(strings.expires, { time: formats.relative(session.expires_at, Date.now()) })}</>
              )}
            </span>
          )}
          <span class="push row tight">
            <Menu />
          </span>
        </div>
      </footer>
    </div>
  );
}
