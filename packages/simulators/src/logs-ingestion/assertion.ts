import { constants, verify, X509Certificate } from "node:crypto";
import { isObject, parseJson } from "../simulator/json.ts";

export interface ExpectedAssertion {
  /** The app registration's certificate, as PEM. */
  readonly certificate: string;
  readonly clientId: string;
  /** Path of the token endpoint that received the assertion. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether a client assertion has valid claims and is signed with the certificate's key. */
export function isGoodAssertion(assertion: string, expected: ExpectedAssertion): boolean {
  const [header = "", claims = "", signature = ""] = assertion.split(".");
  const { alg, "x5t#S256": thumbprint } = part(header);
  const { aud, iss, sub, nbf, exp } = part(claims);
  const certificate = new X509Certificate(expected.certificate);
  const seconds = expected.now / 1000;
  return (
    alg === "PS256" &&
    thumbprint === Buffer.from(certificate.fingerprint256.replaceAll(":", ""), "hex").toString("base64url") &&
    iss === expected.clientId &&
    sub === expected.clientId &&
    typeof aud === "string" &&
    aud.endsWith(expected.path) &&
    Number(nbf) <= seconds &&
    Number(exp) > seconds &&
    verify(
      "sha256",
      Buffer.from(`${header}.${claims}`),
      { key: certificate.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
      Buffer.from(signature, "base64url"),
    )
  );
}

function part(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(Buffer.from(text, "base64url").toString());
  return isObject(value) ? value : {};
}
