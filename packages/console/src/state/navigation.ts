/** The reader's place: in the address bar of the console's own page, in memory where it is embedded. */
export interface Navigation {
  readonly path: () => string;
  readonly go: (path: string, options?: { readonly replace?: boolean }) => void;
  /** The address of a path for a link. */
  readonly href: (path: string) => string;
  readonly listen: (listener: () => void) => () => void;
}

export function hashNavigation(view: Window): Navigation {
  return {
    path: () => view.location.hash.replace(/^#/, ""),
    go(path, { replace = false } = {}) {
      if (!replace) {
        view.location.hash = path;
        return;
      }
      view.history.replaceState(null, "", `#${path}`);
      view.dispatchEvent(new HashChangeEvent("hashchange"));
    },
    href: (path) => `#${path}`,
    listen(listener) {
      view.addEventListener("hashchange", listener);
      return () => view.removeEventListener("hashchange", listener);
    },
  };
}

export function memoryNavigation(start = ""): Navigation {
  const listeners = new Set<() => void>();
  let current = start;
  return {
    path: () => current,
    go(path) {
      current = path;
      for (const listener of listeners) listener();
    },
    href: (path) => `#${path}`,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
