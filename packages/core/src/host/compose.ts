// The only file that imports the injection container. A part is made once, at its first use, from the parts it needs.
import "reflect-metadata";
import type { DependencyContainer } from "tsyringe";
import { container, instanceCachingFactory } from "tsyringe";

/** The factory of each part. A factory takes the other parts from its argument: `({ clock, logger }) => …`. */
export type Factories<Parts, Added extends Partial<Parts> = Parts> = {
  readonly [Name in keyof Added]-?: (parts: Parts) => Added[Name];
};

/**
 * Parts by name. `register` replaces a part before its first use. `child` adds parts made from these and leaves this
 * composition unchanged.
 */
export interface Composition<Parts extends object> {
  readonly parts: Parts;
  register<Name extends keyof Parts & string>(name: Name, make: (parts: Parts) => Parts[Name]): void;
  child<Added extends object>(factories: Factories<Parts & Added, Added>): Composition<Parts & Added>;
}

/** Creates a composition from the factories of its parts. */
export function compose<Parts extends object>(factories: Factories<Parts>): Composition<Parts> {
  return composition<Parts>(container.createChildContainer(), factories, []);
}

function composition<Parts extends object>(
  scope: DependencyContainer,
  factories: object,
  inherited: readonly string[],
): Composition<Parts> {
  const names = [...inherited, ...Object.keys(factories)];
  /** Parts in use: the container's own search takes longer, and destinations ask for several each. */
  const used = new Map<string, unknown>();
  const partOf = (name: string) => {
    if (!used.has(name)) used.set(name, scope.resolve(tokenOf(name)));
    return used.get(name);
  };
  // It has exactly these properties.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const parts = Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { enumerable: true, get: () => partOf(name) }])),
  ) as Parts;

  function register(name: string, make: (from: Parts) => unknown): void {
    used.delete(name);
    scope.register(tokenOf(name), { useFactory: instanceCachingFactory(() => make(parts)) });
  }

  for (const [name, make] of Object.entries(factories)) register(name, make);
  return {
    parts,
    register,
    child: (added) => composition(scope.createChildContainer(), added, names),
  };
}

/** Returns the container's token of a part: one per name in the process. */
function tokenOf(name: string): symbol {
  return Symbol.for(`arbitex-siem.part.${name}`);
}
