import type { ComponentChildren, JSX } from "preact";
import { visibleText } from "../state/visible.ts";
import type { IconName } from "./icons.tsx";
import { Icon } from "./icons.tsx";

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly kind?: "primary" | "danger" | "quiet" | undefined;
  readonly icon?: IconName;
  readonly isBusy?: boolean;
  readonly isSlim?: boolean;
  readonly type?: "button" | "submit";
  readonly label?: string;
}

/** While busy it keeps the focus and does nothing: a disabled button would throw the focus away. */
export function Button(props: ButtonProps): JSX.Element {
  const { children, onClick, kind, icon, isBusy = false, isSlim = false, type = "button", label } = props;
  return (
    <button
      type={type}
      class={["button", kind, isSlim && "slim"].filter(Boolean).join(" ")}
      aria-disabled={isBusy}
      {...(label !== undefined && { "aria-label": visibleText(label) })}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.();
      }}
    >
      {isBusy ? <span class="spinner" aria-hidden="true" /> : icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}
