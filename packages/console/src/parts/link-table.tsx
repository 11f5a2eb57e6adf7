import type { JSX } from "preact";
import type { SetupLink } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { useAction } from "../state/use-action.ts";
import { useNow } from "../state/use-now.ts";
import { filled } from "../strings/strings.ts";
import { Button } from "./button.tsx";
import { ProblemNotice } from "./notice.tsx";
import { Pill } from "./pill.tsx";
import { Outside } from "./text.tsx";
import { Ago } from "./time.tsx";

const LOOKS = {
  active: { tone: "good", icon: "check" },
  expired: { tone: "idle", icon: "clock" },
  revoked: { tone: "idle", icon: "cross" },
} as const;

interface LinkTableProps {
  readonly links: readonly SetupLink[];
  readonly canRevoke: boolean;
  readonly showsOrganisation?: boolean;
  readonly onChanged: () => void;
}

export function LinkTable({ links, canRevoke, showsOrganisation = false, onChanged }: LinkTableProps): JSX.Element {
  const { api, strings } = useConsole();
  const texts = strings.links;
  const now = useNow();
  const revoke = useAction(async (id: string) => {
    await api.revokeSetupLink(id);
    onChanged();
  });
  return (
    <>
      {revoke.problem !== undefined && <ProblemNotice problem={revoke.problem} />}
      <div class="table-wrap">
        <table aria-label={texts.title}>
          <thead>
            <tr>
              <th scope="col">{texts.for}</th>
              {showsOrganisation && <th scope="col">{texts.organisation}</th>}
              <th scope="col">{strings.operator.health}</th>
              <th scope="col">{texts.expires}</th>
              <th scope="col">{texts.used}</th>
              <th scope="col">{texts.by}</th>
              {canRevoke && (
                <th scope="col">
                  <span class="visually-hidden">{strings.operator.actions}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {links.map((link) => (
              <tr key={link.id}>
                <th scope="row">
                  <Outside text={link.name ?? texts.unnamed} />
                </th>
                {showsOrganisation && (
                  <td class="mono" data-label={texts.organisation}>
                    {link.org_id}
                  </td>
                )}
                <td>
                  <Pill {...LOOKS[link.state]} text={texts.state[link.state]} />
                </td>
                <td data-label={texts.expires}>
                  <Ago time={link.expires_at} now={now} />
                </td>
                <td data-label={texts.used}>
                  {link.last_used_at === null ? strings.never : <Ago time={link.last_used_at} now={now} />}
                </td>
                <td data-label={texts.by}>
                  <Outside text={link.created_by ?? strings.unknown} />
                </td>
                {canRevoke && (
                  <td>
                    {link.state === "active" && (
                      <Button
                        isSlim
                        isBusy={revoke.isRunning}
                        label={filled(texts.revokeLabel, { name: link.name ?? texts.unnamed })}
                        onClick={() => revoke.run(link.id)}
                      >
                        {texts.revoke}
                      </Button>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
