import { TokenError } from "@arbitex/core";
import { readFile } from "node:fs/promises";
import { assertionProof } from "./client-credential.ts";

/** Default path of the token, as Kubernetes' workload identity webhook sets it. */
const USUAL_FILE = "/var/run/secrets/azure/tokens/azure-identity-token";

/** Reads the token the cluster issued to this pod, as proof for Entra. The cluster renews the file. */
export async function federatedProof(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string>>> {
  const path = environment["AZURE_FEDERATED_TOKEN_FILE"] || USUAL_FILE;
  try {
    const assertion = (await readFile(path, "utf8")).trim();
    if (assertion !== "") return assertionProof(assertion);
  } catch (cause) {
    throw noToken(`the federated token's file ${path} cannot be read`, cause);
  }
  throw noToken(`the federated token's file ${path} is empty`);
}

function noToken(problem: string, cause?: unknown): TokenError {
  const fix =
    "Label the pod azure.workload.identity/use and annotate its service account, or set AZURE_FEDERATED_TOKEN_FILE.";
  return new TokenError({ kind: "suspend", reason: `no token: ${problem}`, fix }, { cause });
}
