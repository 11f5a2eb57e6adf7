/** Fixes by Entra's code, for failures that waiting does not fix. */
const FIXES: ReadonlyMap<number, string> = new Map([
  [7000215, "Set client_secret to the value of the secret, which Azure shows once; not to its id."],
  [7000222, "The client secret has expired: make a new one under Certificates & secrets and set client_secret."],
  [7000218, "Entra got neither a secret nor an assertion: look for a proxy that rewrites the body."],
  [7000216, "Entra got neither a secret nor an assertion: look for a proxy that rewrites the body."],
  [700016, "Set client_id to the application id of the app registration, and tenant_id to its directory."],
  [7000112, "The app registration is disabled: enable it under Enterprise applications, Properties."],
  [
    7000229,
    "The app registration has no service principal in this tenant: create it (az ad sp create --id <client_id>).",
  ],
  [90002, "Set tenant_id to the directory id of the app registration; for another cloud set cloud as well."],
  [900021, "Set tenant_id to the directory id of the app registration."],
  [900023, "Set tenant_id to the directory id of the app registration: a GUID or a domain."],
  [900382, "The tenant is in another cloud: set cloud."],
  [900432, "The tenant is in another cloud: set cloud."],
  [70011, "The scope is unknown: set cloud to the cloud of the tenant."],
  [1002012, "The scope is unknown: set cloud to the cloud of the tenant."],
  [500011, "The tenant knows no Azure Monitor under this name: set cloud to the cloud of the tenant."],
  [700027, "Upload the certificate of client_certificate to the app registration, under Certificates & secrets."],
  [700030, "The certificate of client_certificate is not valid: make a new one and upload it to the app registration."],
  [700024, "The assertion is outside its time: set this machine's clock."],
  [700021, "The assertion is for another application: set client_id to the one it was made for."],
  [50027, "Entra cannot read the assertion: check that client_certificate holds the certificate and its own key."],
  [5002723, "Entra does not take this key: client_certificate must hold an RSA key."],
  [70021, "Add a federated credential to the application whose issuer, subject and audience are those of the token."],
  [700211, "Add a federated credential to the application with the issuer of the token."],
  [700212, "Add a federated credential to the application with the audience of the token."],
  [700213, "Add a federated credential to the application with the subject of the token."],
  [53003, "A conditional access policy blocks the application: except it for this address."],
]);

/** Entra's codes of temporary failures. */
const TRANSIENT = new Set([50196, 90006, 90012, 90025, 90033, 90055]);

export function fixOf(code: number | undefined): string | undefined {
  return code === undefined ? undefined : FIXES.get(code);
}

export function isTransient(error: string, code: number | undefined): boolean {
  return error === "temporarily_unavailable" || error === "server_error" || (code !== undefined && TRANSIENT.has(code));
}
