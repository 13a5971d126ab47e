"""Who may do what in the bucket, as the policies that MinIO and other S3 stores read."""

from typing import Any

from simulator.bucket import OUTBOUND
from simulator.customs import INBOUND

_OBJECTS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
)
_BUCKET = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")


def policies(bucket: str) -> dict[str, dict[str, Any]]:
    """By user: the services have the objects of one bucket, customs writes inbound files and reads outbound ones."""
    return {
        "services": _policy({_BUCKET: "", _OBJECTS: "/*"}, bucket),
        "customs": _policy(
            {("s3:PutObject", "s3:AbortMultipartUpload"): f"/{INBOUND}*", ("s3:GetObject",): f"/{OUTBOUND}*"},
            bucket,
        ),
    }


def _policy(allowed: dict[tuple[str, ...], str], bucket: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": [*actions], "Resource": [f"arn:aws:s3:::{bucket}{path}"]}
            for actions, path in allowed.items()
        ],
    }
