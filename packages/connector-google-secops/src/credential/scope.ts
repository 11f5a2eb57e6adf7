/** Scope of the tokens. Roles decide what the service account or federated identity may do. */
export const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
