import type { JSX } from "preact";
import type { Exchange } from "../api/types.ts";
import { useConsole } from "../state/console-context.ts";
import { CodeBlock } from "./code-block.tsx";

/** A request as it left, without its secrets, and the answer to it. */
export function ExchangeView({ exchange }: { readonly exchange: Exchange }): JSX.Element {
  const { strings } = useConsole();
  const { request, answer, failure } = exchange;
  const texts = strings.exchange;
  const cut = (isCut: boolean | undefined) => (isCut === true ? `\n… (${texts.cut})` : "");
  const line = request.method === null ? request.url : `${request.method} ${request.url}`;
  return (
    <div class="stack">
      <CodeBlock
        title={texts.request}
        text={`${[line, ...headerLines(request.headers)].join("\n")}\n\n${pretty(request.body)}${cut(request.truncated)}`}
      />
      {answer !== null && (
        <CodeBlock
          title={`${texts.answer}: ${answer.status}`}
          text={`${headerLines(answer.headers).join("\n")}\n\n${pretty(answer.body)}${cut(answer.truncated)}`.trim()}
        />
      )}
      {answer === null && (
        <p class="muted">{request.method === null && failure === null ? texts.noAnswerByDesign : texts.noAnswer}</p>
      )}
      {failure !== null && <CodeBlock title={texts.noAnswer} text={failure} />}
      <p class="small muted">{texts.secretsHidden}</p>
    </div>
  );
}

function headerLines(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

/** JSON with lines; anything else as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
