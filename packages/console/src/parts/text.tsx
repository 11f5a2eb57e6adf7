import type { JSX } from "preact";
import { visibleParts } from "../state/visible.ts";

/** Text from outside: an event's, a SIEM's, a name. Isolated, never a link, and with what hides or reorders text shown. */
export function Outside({ text, lang }: { readonly text: string; readonly lang?: string }): JSX.Element {
  return (
    <bdi {...(lang !== undefined && { lang })}>
      {visibleParts(text).map((part) => (part.isOdd ? <span class="odd">{part.text}</span> : part.text))}
    </bdi>
  );
}

/** Text of the server or a connector's schema: words between backticks are code. Such text is English. */
export function ServerText({ text }: { readonly text: string }): JSX.Element {
  return (
    <bdi lang="en">
      {text.split("`").map((part, at) => (at % 2 === 1 ? <code>{part}</code> : <Outside text={part} />))}
    </bdi>
  );
}
