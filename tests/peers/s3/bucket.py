"""What AWS's own client sees of a bucket: `prepare URL` makes one, with a user, a role and their rights, and prints the
user's key; `take URL` prints each object with its events, Parquet as PyArrow reads it, and removes it."""
import gzip
import io
import json
import sys

import boto3
import pyarrow.parquet

BUCKET = "audit"
RIGHTS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:*", "sts:*"], "Resource": "*"}],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}],
}


def client(name, url, key="prepare", secret="prepare"):
    return boto3.client(
        name, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret
    )


def prepare(url):
    client("s3", url).create_bucket(Bucket=BUCKET)
    iam = client("iam", url)
    iam.create_user(UserName="arbitex")
    key = iam.create_access_key(UserName="arbitex")["AccessKey"]
    iam.put_user_policy(UserName="arbitex", PolicyName="write", PolicyDocument=json.dumps(RIGHTS))
    role = iam.create_role(RoleName="lake-arbitex-6003", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    iam.put_role_policy(RoleName="lake-arbitex-6003", PolicyName="write", PolicyDocument=json.dumps(RIGHTS))
    return {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"], "role": role["Arn"]}


def take(url, key, secret):
    s3 = client("s3", url, key, secret)
    objects = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for entry in page.get("Contents", []):
            name = entry["Key"]
            body = s3.get_object(Bucket=BUCKET, Key=name)["Body"].read()
            objects.append({"key": name, **content(name, body)})
            s3.delete_object(Bucket=BUCKET, Key=name)
    return objects


def content(name, body):
    if name.endswith(".parquet"):
        table = pyarrow.parquet.read_table(io.BytesIO(body))
        return {"events": table.to_pylist(), "time": str(table.schema.field("time").type)}
    text = gzip.decompress(body) if name.endswith(".gz") else body
    return {"events": [json.loads(line) for line in text.splitlines()]}


command, *words = sys.argv[1:]
print(json.dumps({"prepare": prepare, "take": take}[command](*words)))
