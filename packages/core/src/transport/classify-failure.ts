import { messageOf } from "../errors.ts";
import type { SendResult } from "../connector/send-result.ts";
import { wasSent } from "./unsent.ts";

/**
 * Failures before the request was written, for errors without a note of `noteSent`: the SIEM cannot have seen the
 * events.
 */
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** TLS handshake failures that waiting does not fix, with what to do. */
const TLS_FIXES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "Give the server's certificate, or its CA, as tls_ca.",
  SELF_SIGNED_CERT_IN_CHAIN: "Give the CA that signed the server's certificate as tls_ca.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "Give the CA that signed the server's certificate as tls_ca.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "Give the CA that signed the server's certificate as tls_ca.",
  CERT_HAS_EXPIRED: "The server's certificate has expired: renew it there.",
  CERT_NOT_YET_VALID: "The server's certificate is not valid yet: check both clocks.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The certificate is for another name: use the name it was issued for.",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "The server speaks no TLS on this port: check the port, or whether the URL should be http.",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "The server wants a client certificate: set tls_cert and tls_key.",
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: "The server refused the handshake: it may want a client certificate.",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "The server does not trust the client certificate: use one from a CA it knows.",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE:
    "The server refused the client certificate: check that it is the one it expects.",
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    "The server cannot use the client certificate: it may be for servers only.",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: "The client certificate has been revoked: set a new one.",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "The client certificate has expired: set a new one.",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "The server refused the client certificate: see its log for the reason.",
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED:
    "The server knows the client certificate but does not allow it: allow its name there.",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "The server speaks none of our versions of TLS: it needs 1.2 or 1.3.",
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: "The server has no certificate for this name: check the name that is asked for.",
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR:
    "The server could not verify the client certificate: check that the key belongs to it.",
};

/** Connections refused by the egress guard. */
const EGRESS_FIXES: Readonly<Record<string, string>> = {
  SIEM_EGRESS_ADDRESS:
    "Use a public address. For a SIEM on a private network, its operator opens the address, its range or the name with egress.allow in the host's configuration file.",
  SIEM_EGRESS_PORT:
    "Use another port, or have the host's operator add this one to egress.ports in its configuration file.",
  SIEM_EGRESS_SCHEME:
    "Use https, or TLS where it is no HTTP. Connections without TLS are open only where the host's operator sets egress.plain_http in its configuration file.",
};

/** Connections refused by the HTTP proxy. */
const PROXY_FIXES: Readonly<Record<string, string>> = {
  SIEM_PROXY_CREDENTIAL:
    "Put the proxy's user and password into HTTPS_PROXY (HTTP_PROXY for http addresses), as in http://user:password@proxy:3128, and start again.",
  SIEM_PROXY_REFUSED:
    "Have the proxy allow this host and port, check the proxy's credential in HTTPS_PROXY (HTTP_PROXY for http addresses), or name the host in NO_PROXY.",
};

const FILE_FIXES: Readonly<Record<string, string>> = {
  SIEM_TLS_FILE: "Correct the path, or let this process read the file.",
};

/** Failures that waiting does not fix, by code. */
const FIXES: Readonly<Record<string, string>> = { ...TLS_FIXES, ...EGRESS_FIXES, ...PROXY_FIXES, ...FILE_FIXES };

const PEM_FIX = "tls_ca, tls_cert and tls_key must be PEM, the key without a passphrase and the certificate's own.";

/**
 * Returns the verdict on an attempt without a reply: `suspend` with a fix for TLS, proxy and address problems,
 * otherwise `retry`, ambiguous if the request may have been sent.
 */
export function classifyFailure(error: unknown): SendResult {
  const code = codeOf(error);
  const reason = describeFailure(error);
  const fix = fixOf(code);
  if (fix !== undefined) return { kind: "suspend", reason, fix };
  const ambiguous = wasSent(error) ?? (code === undefined || !NOT_CONNECTED.has(code));
  return { kind: "retry", reason, ...(ambiguous && { ambiguous }) };
}

/** Describes an error on one line, code first, since people search for the code. */
export function describeFailure(error: unknown): string {
  const code = codeOf(error);
  const message = messagesOf(error);
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
}

/**
 * Returns what to do about a failed TLS handshake or a connection refused by a proxy or the egress guard; undefined for
 * any other error.
 */
export function tlsFixOf(error: unknown): string | undefined {
  return fixOf(codeOf(error));
}

/** The OpenSSL of Node 22 names the alerts of SSLv3 differently. */
function fixOf(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  // An invalid certificate or key fails before a byte is sent.
  if (/^ERR_(?:OSSL|CRYPTO|MISSING_PASSPHRASE)/.test(code)) return PEM_FIX;
  return FIXES[code.replace("ERR_SSL_SSL/TLS_ALERT_", "ERR_SSL_SSLV3_ALERT_")];
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "cause" in error ? codeOf(error.cause) : undefined;
}

function messagesOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") {
    // Node tries every address of a name and reports all failures together.
    return error.errors.map(messagesOf).join("; ");
  }
  return messageOf(error);
}
