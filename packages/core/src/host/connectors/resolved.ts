/** Resolves a value of a connector that may depend on the configuration. */
export function resolved<Value extends object | string>(
  value: Value | ((config: never) => Value),
  config: unknown,
): Value {
  return typeof value === "function" ? value(asOwn(config)) : value;
}

/** The only place that trusts a configuration's type: the connector's own schema parsed it. */
export function asOwn(config: unknown): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return config as never;
}
