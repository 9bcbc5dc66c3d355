"""Files in buckets, lent by signed addresses: those that are gone after a day, and those that are kept."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters import aws
from chalicelib.ports import File
from chalicelib.shared.errors import NotFound, Unavailable

_NAME_BYTES = 24
_MISSING = frozenset({"NoSuchKey", "NoSuchUpload", "404"})


@contextmanager
def _asking() -> Iterator[None]:
    """Turns what S3 answers into our own faults."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise NotFound from error
        raise Unavailable() from error
    except BotoCoreError as error:
        raise Unavailable() from error


class BucketFiles:
    """Lends files out of one bucket of ours. Nobody can guess or list their names."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def lend(self, file: File, seconds: int) -> str:
        """Puts the file there, and signs an address that opens it for `seconds`. Raises Unavailable."""
        place = {"Bucket": self._bucket, "Key": f"papers/{secrets.token_urlsafe(_NAME_BYTES)}"}
        told = {"ContentType": file.content_type, "ContentDisposition": file.disposition, "CacheControl": "no-store"}
        s3 = aws.client("s3")
        with _asking():
            s3.put_object(**place, **told, Body=file.content)
            return str(s3.generate_presigned_url("get_object", Params=place, ExpiresIn=seconds))


class BucketArchives:
    """Large files in a bucket of ours that forgets them after a day, written piece by piece."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def begin(self, name: str) -> str:
        """Begins a file. Raises Unavailable."""
        with _asking():
            told = aws.client("s3").create_multipart_upload(**self._place(name), ContentType="application/zip")
            return str(told["UploadId"])

    def add(self, name: str, writing: str, number: int, piece: bytes) -> str:
        """Writes a piece. Raises Unavailable."""
        with _asking():
            told = aws.client("s3").upload_part(**self._place(name), UploadId=writing, PartNumber=number, Body=piece)
            return str(told["ETag"])

    def finish(self, name: str, writing: str, receipts: Sequence[str]) -> None:
        """Makes the pieces one file. Raises Unavailable, NotFound."""
        parts = [{"PartNumber": number, "ETag": receipt} for number, receipt in enumerate(receipts, 1)]
        with _asking():
            aws.client("s3").complete_multipart_upload(
                **self._place(name), UploadId=writing, MultipartUpload={"Parts": parts}
            )

    def note(self, name: str, content: bytes) -> None:
        """Keeps a small file. Raises Unavailable."""
        with _asking():
            aws.client("s3").put_object(**self._place(name), Body=content)

    def noted(self, name: str) -> bytes:
        """A small file. Raises NotFound, Unavailable."""
        with _asking():
            return bytes(aws.client("s3").get_object(**self._place(name))["Body"].read())

    def open(self, name: str, content_type: str, disposition: str, seconds: int) -> str:
        """Signs an address that opens a file for `seconds`. Raises Unavailable."""
        return BucketVault(self._bucket).lend(self._place(name)["Key"], content_type, disposition, seconds)

    def _place(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"takeaways/{name}"}


class BucketVault:
    """Keeps files in one bucket of ours; what they are called and who may have them, the table says."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keeps a file. Raises Unavailable."""
        with _asking():
            aws.client("s3").put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """A file. Raises NotFound, Unavailable."""
        with _asking():
            return bytes(aws.client("s3").get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def lend(self, key: str, content_type: str, disposition: str, seconds: int) -> str:
        """Signs an address that opens a file under this type and name for `seconds`. Raises Unavailable."""
        told = {
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": "no-store",
        }
        place = {"Bucket": self._bucket, "Key": key}
        with _asking():
            return str(aws.client("s3").generate_presigned_url("get_object", Params=place | told, ExpiresIn=seconds))

    def drop(self, key: str) -> None:
        """Forgets a file. Raises Unavailable."""
        with _asking():
            aws.client("s3").delete_object(Bucket=self._bucket, Key=key)

    def drop_all(self, beginning: str) -> int:
        """Forgets up to a thousand files, and returns how many there were. Raises Unavailable."""
        with _asking():
            found = aws.client("s3").list_objects_v2(Bucket=self._bucket, Prefix=beginning).get("Contents", ())
            for each in found:
                aws.client("s3").delete_object(Bucket=self._bucket, Key=each["Key"])
        return len(found)
