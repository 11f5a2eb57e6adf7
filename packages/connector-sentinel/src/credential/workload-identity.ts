import { TokenError } from "@arbitex/core";
import { readFile } from "node:fs/promises";
import { assertionProof } from "./client-credential.ts";

/** Where the workload identity webhook of Kubernetes puts the token when it does not say otherwise. */
const USUAL_FILE = "/var/run/secrets/azure/tokens/azure-identity-token";

/** The token that the cluster has issued to this pod, as proof for Entra. The file is renewed by the cluster. */
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
