// The one file that knows the injection container. A part is made once, when it is first asked for, from the parts it needs.
import "reflect-metadata";
import type { DependencyContainer } from "tsyringe";
import { container, instanceCachingFactory } from "tsyringe";

/** How each part is made. A factory takes the others from its argument: `({ clock, logger }) => …`. */
export type Factories<Parts, Added extends Partial<Parts> = Parts> = {
  readonly [Name in keyof Added]-?: (parts: Parts) => Added[Name];
};

/**
 * Parts by name. `register` replaces one, before it was asked for; `child` adds parts that are made from these, and leaves
 * this composition as it is.
 */
export interface Composition<Parts extends object> {
  readonly parts: Parts;
  register<Name extends keyof Parts & string>(name: Name, make: (parts: Parts) => Parts[Name]): void;
  child<Added extends object>(factories: Factories<Parts & Added, Added>): Composition<Parts & Added>;
}

/** A composition of its own, whose parts are made as `factories` says. */
export function compose<Parts extends object>(factories: Factories<Parts>): Composition<Parts> {
  return composition<Parts>(container.createChildContainer(), factories, []);
}

function composition<Parts extends object>(
  scope: DependencyContainer,
  factories: object,
  inherited: readonly string[],
): Composition<Parts> {
  const names = [...inherited, ...Object.keys(factories)];
  // It has a property for each of the names, and no other.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const parts = Object.defineProperties(
    {},
    Object.fromEntries(names.map((name) => [name, { enumerable: true, get: () => scope.resolve(tokenOf(name)) }])),
  ) as Parts;

  function register(name: string, make: (from: Parts) => unknown): void {
    scope.register(tokenOf(name), { useFactory: instanceCachingFactory(() => make(parts)) });
  }

  for (const [name, make] of Object.entries(factories)) register(name, make);
  return {
    parts,
    register,
    child: (added) => composition(scope.createChildContainer(), added, names),
  };
}

/** The token of a part: one for each name, whoever composes. */
function tokenOf(name: string): symbol {
  return Symbol.for(`arbitex-siem.part.${name}`);
}
