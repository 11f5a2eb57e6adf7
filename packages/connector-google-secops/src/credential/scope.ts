/** What tokens are asked for: what the service account or the federated identity may do is decided by its roles. */
export const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
