import type { ComponentChildren, JSX } from "preact";
import type { Config } from "../../api/types.ts";
import { draftOf, filterOf } from "../../outgoing/draft.ts";
import { EVENT_CLASSES } from "../../outgoing/event-classes.ts";
import { Outside } from "../../parts/text.tsx";
import { useConsole } from "../../state/console-context.ts";
import { filled } from "../../strings/strings.ts";

/** What the destination gets, in a few lines. */
export function OutgoingSummary({ config }: { readonly config: Config }): JSX.Element {
  const { strings, href } = useConsole();
  const { outgoing } = strings;
  const draft = draftOf(config.filter, config.delivery);
  const { cel } = filterOf(draft);
  const severities: Readonly<Record<string, string>> = outgoing.severities;
  const pairs: (readonly [string, ComponentChildren])[] = [
    ...(draft.minSeverity === ""
      ? []
      : [[outgoing.severity, severities[draft.minSeverity] ?? draft.minSeverity] as const]),
    ...(draft.classUids.length === 0
      ? []
      : [[outgoing.summaryClasses, draft.classUids.map(nameOf).join(", ")] as const]),
    ...(typeof cel === "string"
      ? [
          [
            outgoing.conditions,
            <code>
              <Outside text={cel} />
            </code>,
          ] as const,
        ]
      : []),
    ...(draft.shares.length === 0
      ? []
      : [
          [
            outgoing.summarySampling,
            draft.shares
              .map(({ classUid, percent }) =>
                filled(outgoing.summaryShare, { percent, name: nameOf(Number(classUid)) }),
              )
              .join(", "),
          ] as const,
        ]),
    ...(draft.rules.length === 0
      ? []
      : [
          [
            outgoing.redaction,
            <ul>
              {draft.rules.map(({ path, action }) => (
                <li>
                  <code>
                    <Outside text={path} />
                  </code>{" "}
                  <span class="muted">{outgoing.actions[action]}</span>
                </li>
              ))}
            </ul>,
          ] as const,
        ]),
  ];
  if (draft.ocsfVersion !== "") pairs.push([outgoing.ocsfVersion, draft.ocsfVersion]);
  return (
    <section class="card stack" aria-labelledby="outgoing-title">
      <h2 id="outgoing-title">{outgoing.title}</h2>
      {pairs.length === 0 ? (
        <p class="muted">{outgoing.everything}</p>
      ) : (
        <dl class="pairs">
          {pairs.map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
      )}
      <a class="button" href={href({ page: "destination-events", id: config.id })}>
        {outgoing.edit}
      </a>
    </section>
  );
}

function nameOf(uid: number): string {
  return EVENT_CLASSES.get(uid) ?? `${uid}`;
}
