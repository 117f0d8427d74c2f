"""What goes wrong with object storage, in one line each: every kind of storage raises errors of its own."""

import re

from index.errors import CorpusError, ObjectsError
from index.reading.address import ObjectFolder

# As obstore has them, and as the storage itself explains them. Names of objects may have the same words.
_STATUS = re.compile(r"status code: ((\d{3})[^:\n]*)")
_CODE = re.compile(r"<Code>(\w+)</Code>")
_ADDRESS = re.compile(r"https?://[^/\s?]+")
_CREDENTIALS = re.compile(r"://[^/\n]*@")
_MISSING = ("NoSuchBucket", "ContainerNotFound")
_DENIED = (
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
)
_CHECK = "check the address and the keys in the environment"


def missing(place: ObjectFolder, what: str = "no such bucket or folder") -> CorpusError:
    """There is nothing at this address."""
    return CorpusError(f"{place}: {what}; check its name")


def object_error(place: ObjectFolder, error: Exception) -> CorpusError:
    """The error in one line, with the remedy and without what logs in."""
    text = _CREDENTIALS.sub("://", str(error))
    said, code, address = _STATUS.search(text), _CODE.search(text), _ADDRESS.search(text)
    status, why = said[2] if said else "", code[1] if code else ""
    if why in _MISSING:
        return missing(place, "no such bucket")
    if isinstance(error, PermissionError) or status in ("401", "403") or why in _DENIED:
        return ObjectsError(f"{place}: access denied; check the keys in the environment")
    if "invalid path" in text and (invalid := re.search(r'Path "([^"]*)"', text)):
        return CorpusError(f"{place}: the object {invalid[1]!a} cannot be a file; rename it")
    there = address[0] if address else "the storage"
    if said:
        remedy = "try again later" if status[0] == "5" or status == "429" else _CHECK
        return ObjectsError(f"{place}: {there} answers {said[1].strip()}; {remedy}")
    if address:
        return ObjectsError(
            f"{place}: no answer from {there}; check the address in the environment, and the network"
        )
    line = " ".join(text.split())[:200] or type(error).__name__
    return ObjectsError(f"{place}: {line}; {_CHECK}")
