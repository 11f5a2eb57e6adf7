/** What a connector says of itself, which may depend on the configuration. */
export function resolved<Value extends object | string>(
  value: Value | ((config: never) => Value),
  config: unknown,
): Value {
  return typeof value === "function" ? value(asOwn(config)) : value;
}

/** The one place where a configuration's type is taken on trust: its connector's schema made it. */
export function asOwn(config: unknown): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return config as never;
}
