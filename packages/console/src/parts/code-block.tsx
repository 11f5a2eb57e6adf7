import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useConsole } from "../state/console-context.ts";
import { visibleText } from "../state/visible.ts";
import { Button } from "./button.tsx";
import { Outside } from "./text.tsx";

interface CodeBlockProps {
  readonly title: string;
  readonly text: string;
  /** Lines stay as they are, and scroll. */
  readonly keepsLines?: boolean;
}

/** A text to read and to copy. It can be scrolled by keyboard. */
export function CodeBlock({ title, text, keepsLines = false }: CodeBlockProps): JSX.Element {
  const { strings, announce } = useConsole();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(strings.copied);
  };
  return (
    <div class="code">
      <div class="code-head">
        <Outside text={title} />
        <Button
          kind="quiet"
          isSlim
          icon={isCopied ? "check" : "copy"}
          label={`${strings.copy}: ${title}`}
          onClick={() => void copy()}
        >
          {isCopied ? strings.copied : strings.copy}
        </Button>
      </div>
      <pre class={keepsLines ? "wide" : ""} tabIndex={0} role="region" aria-label={visibleText(title)}>
        <Outside text={text} />
      </pre>
    </div>
  );
}
