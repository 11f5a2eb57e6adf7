/** A global symbol, so that it works across copies of this library: a connector may bring its own. */
const SENT = Symbol.for("arbitex.sent");

/** Notes on an error whether any part of the request had been sent. */
export function noteSent<Failure>(error: Failure, sent: boolean): Failure {
  if (typeof error === "object" && error !== null && Object.isExtensible(error)) {
    Object.defineProperty(error, SENT, { value: sent, configurable: true });
  }
  return error;
}

/** Returns whether any part had been sent; undefined if it was not noted. */
export function wasSent(error: unknown): boolean | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const noted: unknown = Reflect.get(error, SENT);
  return typeof noted === "boolean" ? noted : undefined;
}
