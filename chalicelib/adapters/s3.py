"""Files in a bucket that forgets them after a day, lent by signed addresses."""

import secrets

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.ports import File
from chalicelib.shared.errors import Unavailable

_NAME_BYTES = 24


class BucketFiles:
    """Lends files out of one bucket of ours. Nobody can guess or list their names."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def lend(self, file: File, seconds: int) -> str:
        """Puts the file there, and signs an address that opens it for `seconds`. Raises Unavailable."""
        place = {"Bucket": self._bucket, "Key": f"papers/{secrets.token_urlsafe(_NAME_BYTES)}"}
        told = {"ContentType": file.content_type, "ContentDisposition": file.disposition, "CacheControl": "no-store"}
        s3 = aws.client("s3")
        try:
            s3.put_object(**place, **told, Body=file.content)
            return str(s3.generate_presigned_url("get_object", Params=place, ExpiresIn=seconds))
        except (ClientError, BotoCoreError) as error:
            raise Unavailable() from error
