"""Chroma's embedded client over a folder, and how that folder is deleted."""

import shutil
from pathlib import Path
from typing import cast

import chromadb
from chromadb.api.client import Client
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings

from index.chroma.lock import ChromaLock

# Seconds to wait for a silent server, or for another process at the files: for a question, and for a sync.
BRIEFLY, PATIENTLY = 1.0, 60.0


def open_client(folder: Path) -> Client:
    """The embedded Chroma client over `folder`. It sends no telemetry and opens no socket."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        settings = Settings(anonymized_telemetry=False)
        return cast(Client, chromadb.PersistentClient(path=str(folder), settings=settings))
    except BaseException:
        # Chroma caches the half-opened client and would return it to the next caller.
        SharedSystemClient.clear_system_cache()
        raise


def chroma_lock(storage: Path, patience: float) -> ChromaLock:
    """The lock of Chroma's files in the index folder `storage`."""
    return ChromaLock(storage / "chroma.lock", patience)


def discard(folder: Path) -> None:
    """Delete a Chroma folder, or a file in its place, once no other process uses it."""
    with chroma_lock(folder.parent, PATIENTLY):
        # Otherwise Chroma would return a client that this process has open on the deleted files.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        SharedSystemClient._identifier_to_refcount.pop(str(folder), None)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.is_file():
            folder.unlink()
