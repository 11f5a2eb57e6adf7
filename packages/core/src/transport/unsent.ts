/** By a name that all copies of this library share: a connector may bring its own. */
const SENT = Symbol.for("arbitex.sent");

/** Notes on a failure of this library's own whether anything of the request had left by then. */
export function noteSent<Failure>(error: Failure, sent: boolean): Failure {
  if (typeof error === "object" && error !== null && Object.isExtensible(error)) {
    Object.defineProperty(error, SENT, { value: sent, configurable: true });
  }
  return error;
}

/** Whether anything had left; undefined where nobody has noted it. */
export function wasSent(error: unknown): boolean | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const noted: unknown = Reflect.get(error, SENT);
  return typeof noted === "boolean" ? noted : undefined;
}
