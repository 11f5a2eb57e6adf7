#!/usr/bin/env bash
# PyPI moto 5.2.5, S3: `If-None-Match: *` is refused with 412 where the object is there by PutObject and by
# CompleteMultipartUpload, but CopyObject overwrites it with 200; and `If-Match` on CompleteMultipartUpload is not looked at,
# while PutObject's is. A writer that is exclusive by such a copy passes its tests here without being so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'moto[s3]==5.2.5' boto3==1.44.8
v/bin/python - >seen <<'PY'
import boto3
from botocore.exceptions import ClientError
from moto import mock_aws


def upload(key, body):
    upload_id = s3.create_multipart_upload(Bucket="bucket", Key=key)["UploadId"]
    etag = s3.upload_part(Bucket="bucket", Key=key, UploadId=upload_id, PartNumber=1, Body=body)["ETag"]
    return {"Key": key, "UploadId": upload_id, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}


def show(name, call, **given):
    try:
        status = call(Bucket="bucket", **given)["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    print(name, status, s3.get_object(Bucket="bucket", Key="there")["Body"].read())


with mock_aws():
    s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="there", Body=b"first")
    s3.put_object(Bucket="bucket", Key="other", Body=b"copy")
    other = '"00000000000000000000000000000000"'
    show("put, If-None-Match", s3.put_object, Key="there", Body=b"put", IfNoneMatch="*")
    show("complete, If-None-Match", s3.complete_multipart_upload, **upload("there", b"parts"), IfNoneMatch="*")
    show("put, If-Match", s3.put_object, Key="there", Body=b"put", IfMatch=other)
    show("copy, If-None-Match", s3.copy_object, Key="there", CopySource="bucket/other", IfNoneMatch="*")
    show("complete, If-Match", s3.complete_multipart_upload, **upload("there", b"parts"), IfMatch=other)
PY
diff - seen <<'SEEN'
put, If-None-Match 412 b'first'
complete, If-None-Match 412 b'first'
put, If-Match 412 b'first'
copy, If-None-Match 200 b'copy'
complete, If-Match 200 b'parts'
SEEN
echo "as described"
