import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useConsole } from "../state/console-context.ts";
import type { Route } from "../state/routes.ts";
import { visibleText } from "../state/visible.ts";
import { Icon } from "./icons.tsx";
import { Outside } from "./text.tsx";

interface PageHeadProps {
  readonly title: ComponentChildren;
  /** The page's name for the window's title and for screen readers. */
  readonly name: string;
  readonly lead?: ComponentChildren;
  readonly crumb?: { readonly text: string; readonly route: Route };
  readonly children?: ComponentChildren;
}

/** The page's heading. It takes the focus when the page opens, so that a screen reader begins here. */
export function PageHead({ title, name, lead, crumb, children }: PageHeadProps): JSX.Element {
  const { href, strings, isEmbedded } = useConsole();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    if (!isEmbedded) window.scrollTo(0, 0);
  }, []);
  useEffect(() => {
    if (!isEmbedded) document.title = visibleText(`${name} · ${strings.product}`);
  }, [name, strings, isEmbedded]);
  return (
    <div class="page-head">
      <div class="titles">
        {crumb !== undefined && (
          <a class="crumb" href={href(crumb.route)}>
            <Icon name="back" size={14} />
            <Outside text={crumb.text} />
          </a>
        )}
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {lead !== undefined && <p>{lead}</p>}
      </div>
      {children !== undefined && <div class="row">{children}</div>}
    </div>
  );
}
