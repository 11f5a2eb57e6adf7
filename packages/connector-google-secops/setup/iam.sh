#!/usr/bin/env bash
# A service account that may import logs and do nothing else, for the Google Cloud project that the instance is bound to.
# PROJECT=my-project bash iam.sh
set -euo pipefail
: "${PROJECT:?the id of the Google Cloud project}"
account="arbitex-siem@$PROJECT.iam.gserviceaccount.com"

gcloud services enable chronicle.googleapis.com --project "$PROJECT"
gcloud iam service-accounts create arbitex-siem --project "$PROJECT" --display-name "Arbitex audit events"
gcloud iam roles create arbitexLogImporter --project "$PROJECT" --title "Arbitex log importer" --permissions chronicle.logs.import
gcloud projects add-iam-policy-binding "$PROJECT" --member "serviceAccount:$account" \
  --role "projects/$PROJECT/roles/arbitexLogImporter"

# A key: all of this file is GOOGLE_SECOPS_SERVICE_ACCOUNT_KEY. Where the gateway has a token of its own (Kubernetes, another
# cloud), federate it instead: gcloud iam workload-identity-pools create-cred-config ... --service-account "$account".
gcloud iam service-accounts keys create arbitex-siem.json --iam-account "$account" --project "$PROJECT"
