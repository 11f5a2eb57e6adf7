#!/usr/bin/env bash
# Makes the custom sources of Amazon Security Lake that @arbitex/connector-s3 writes to, one for each class of events, with the AWS CLI.
# usage: security-lake.sh REGION CRAWLER_ROLE_ARN GATEWAY_ACCOUNT_ID EXTERNAL_ID [LAKE_SOURCE]
# CRAWLER_ROLE_ARN: the role that AWS Glue crawls with; GATEWAY_ACCOUNT_ID: the account of the access key that the gateway has.
set -euo pipefail
[ $# -ge 4 ] || { sed -n 3,4p "$0" >&2; exit 2; }
region=$1 crawler=$2 account=$3 external=$4 source=${5:-arbitex}

while read -r uid class; do
  aws securitylake create-custom-log-source --region "$region" \
    --source-name "$source-$uid" --event-classes "$class" \
    --configuration "crawlerConfiguration={roleArn=$crawler},providerIdentity={externalId=$external,principal=$account}"
done <<'CLASSES'
6003 API_ACTIVITY
3002 AUTHENTICATION
3001 ACCOUNT_CHANGE
2001 SECURITY_FINDING
2004 DETECTION_FINDING
CLASSES

echo "Set role_arn to the role of these sources, with {source} in it:"
echo "arn:aws:iam::$(aws sts get-caller-identity --query Account --output text):role/AmazonSecurityLake-Provider-{source}-$region"
