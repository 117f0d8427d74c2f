"""The address of a folder in object storage, where a corpus may be instead of in a folder."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

# The names of one kind of storage → the one that fsspec and obstore both know.
SCHEMES = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "az": "az", "abfs": "az"}


@dataclass(frozen=True, slots=True)
class ObjectFolder:
    """A bucket and the prefix of the objects in it, "" for all."""

    scheme: str
    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.path}"

    @property
    def path(self) -> str:
        """The address without the scheme."""
        return f"{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def name(self) -> str:
        """The last part: the folder's own name."""
        return PurePosixPath(self.path).name


def parse_objects(text: str) -> ObjectFolder | None:
    """The folder in object storage that `text` names; None for a path. Raises ValueError."""
    # one slash is left of two when the address has been a Path
    scheme, separator, rest = text.partition(":/")
    if not separator or not re.fullmatch("[a-zA-Z][a-zA-Z0-9+.]+", scheme) or scheme == "file":
        return None
    if scheme not in SCHEMES:
        raise ValueError(f"{scheme}: expected a folder, or an address with s3://, gs:// or az://")
    bucket, _, prefix = rest.strip("/").partition("/")
    if not re.fullmatch(r"[\w.-]+", bucket):  # nor a key before an @
        raise ValueError(f"expected the name of a bucket behind {scheme}://")
    if any(part in ("", ".", "..") for part in prefix.split("/") if prefix):
        raise ValueError("expected a prefix without empty parts, '.' and '..'")
    return ObjectFolder(SCHEMES[scheme], bucket, prefix)


def without_file(text: str) -> str:
    """The path that a file:// address names; other texts as they are."""
    return "/" + text.removeprefix("file:").lstrip("/") if text.startswith("file:/") else text
