import type { KeyObject } from "node:crypto";
import { constants, createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Secret } from "@arbitex/core";
import { isPem, TokenError } from "@arbitex/core";

const LIFE_SECONDS = 10 * 60;

export interface ClientAssertion {
  readonly clientId: string;
  /** Token address the assertion is for. */
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A certificate and its key. */
export interface ClientCertificate {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** Reads PEM text or the file it names. Never shows any of it in an error. */
export async function readClientCertificate(setting: Secret): Promise<ClientCertificate> {
  const text = setting.reveal();
  const pem = isPem(text) ? text : await readPem(text);
  const certificate = attempt("a certificate", () => new X509Certificate(pem));
  const key = attempt("a private key without a password", () => createPrivateKey(pem));
  if (key.asymmetricKeyType !== "rsa") throw unusable("holds a key that is not RSA, and Entra takes no other");
  if (!certificate.checkPrivateKey(key)) throw unusable("holds a key that is not the certificate's");
  return { certificate, key };
}

/** Signs a client assertion with the certificate's key (RFC 7523), as Entra requires. */
export function signAssertion({ certificate, key }: ClientCertificate, assertion: ClientAssertion): string {
  const { clientId, audience, now } = assertion;
  const seconds = Math.floor(now / 1000);
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(":", ""), "hex").toString("base64url");
  const header = { alg: "PS256", typ: "JWT", "x5t#S256": thumbprint };
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: seconds,
    exp: seconds + LIFE_SECONDS,
  };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign("sha256", Buffer.from(signed), { key, padding, saltLength: 32 });
  return `${signed}.${signature.toString("base64url")}`;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unusable("names a file that cannot be read", cause);
  }
}

function attempt<Value>(what: string, make: () => Value): Value {
  try {
    return make();
  } catch (cause) {
    throw unusable(`does not hold ${what}`, cause);
  }
}

function unusable(problem: string, cause?: unknown): TokenError {
  const fix = "Give PEM text, or the path of a file, with the certificate and its RSA key one after the other.";
  return new TokenError({ kind: "suspend", reason: `no token: client_certificate ${problem}`, fix }, { cause });
}
