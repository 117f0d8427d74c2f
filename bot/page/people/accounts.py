"""The accounts: a file of names and hashed passwords, reloaded when it changes.

A line is `name:scrypt$n$r$p$salt$key`; empty lines and lines that begin with # are skipped. It does not know
HTTP or sessions.
"""

import base64
import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
import threading
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import SettingsError

SETTING = "BYLINE_AUTH"
REMEDY = "make a line with `python -m bot password NAME`"
LARGEST_FILE = 1_000_000  # bytes
CACHED = 1_000  # verified passwords, so that not every request of an API client runs scrypt
_NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hash:
    """A password under scrypt: its cost (n, r, p), 128·n·r bytes of memory, and salt and key."""

    n: int
    r: int
    p: int
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, password: str, cost: tuple[int, int, int], salt: bytes, size: int = 32) -> "Hash":
        """The hash of `password` with this cost and salt."""
        n, r, p = cost
        # Both Unicode spellings of é are the same password.
        plain = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
        memory = 128 * r * (n + p + 4) + 1_000_000
        key = hashlib.scrypt(plain, salt=salt, n=n, r=r, p=p, maxmem=memory, dklen=size)
        return cls(n, r, p, salt, key)

    @classmethod
    def parse(cls, text: str) -> "Hash":
        """Parse the hash of a line. Raises ValueError, whose message does not repeat the hash."""
        kind, *parts = text.split("$")
        if kind != "scrypt" or len(parts) != 5:
            raise ValueError("expected scrypt$n$r$p$salt$key after the name")
        if not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts[:3]):
            raise ValueError("n, r and p of scrypt: expected whole numbers")
        n, r, p = map(int, parts[:3])
        if not (n > 1 and n & (n - 1) == 0 and 1 <= r <= 32 and 1 <= p <= 16 and n * r <= 2**21):
            raise ValueError(
                "n, r and p of scrypt: expected a power of two, at most 32 and 16, and 256 MB of memory"
            )
        try:
            salt, key = (base64.b64decode(part, validate=True) for part in parts[3:])
        except ValueError:
            raise ValueError("salt and key: expected base64") from None
        if not (8 <= len(salt) <= 64 and 16 <= len(key) <= 64):
            raise ValueError("salt and key: expected 8 to 64 and 16 to 64 bytes")
        return cls(n, r, p, salt, key)

    def __str__(self) -> str:
        salt, key = (base64.b64encode(part).decode() for part in (self.salt, self.key))
        return f"scrypt${self.n}${self.r}${self.p}${salt}${key}"

    def matches(self, password: str) -> bool:
        """True for the password of this hash; takes the same time for all others."""
        again = Hash.of(password, (self.n, self.r, self.p), self.salt, len(self.key))
        return hmac.compare_digest(again.key, self.key)


COST = (2**14, 8, 5)  # 16 MB, about a quarter of a second; OWASP's Password Storage Cheat Sheet


def hash_password(password: str, cost: tuple[int, int, int] = COST) -> str:
    """The hash for a line of the file, with a new salt. Raises SettingsError if the password is empty."""
    if not password:
        raise SettingsError("the password is empty; type one")
    return str(Hash.of(password, cost, secrets.token_bytes(16)))


def plain_name(name: str) -> str | None:
    """The name in lower case, or None if it is not a valid account name."""
    return name.lower() if _NAME.fullmatch(name) else None


def account_line(name: str, password: str) -> str:
    """The line for the file of accounts. Raises SettingsError."""
    plain = plain_name(name)
    if plain is None:
        raise SettingsError(
            f"{name!a}: not an account name; expected 1 to 32 characters of a-z 0-9 . _ -"
        )
    return f"{plain}:{hash_password(password)}"


def owner_of_account(name: str) -> str:
    """The owner of an account's conversations; different for each name."""
    return f"u-{hashlib.sha256(name.lower().encode()).hexdigest()[:32]}"


class Accounts:
    """The accounts of one file, reloaded when it changes. Safe to call from several threads.

    While the file cannot be read, all logins are rejected.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises SettingsError, which names the line."""
        self._path = path
        self._lock = threading.Lock()
        self._secret = secrets.token_bytes(32)
        self._verified: OrderedDict[bytes, None] = OrderedDict()
        self._state = _state(path)
        self._set(_read(path))

    @property
    def warning(self) -> str:
        """A warning if others than the file's owner and group may read it, else ""."""
        try:
            mode = self._path.stat().st_mode
        except OSError:
            return ""
        if not mode & stat.S_IROTH:
            return ""
        return f"{SETTING}: all users of this machine can read {self._path}; run `chmod o-r` on it"

    def verify(self, name: str, password: str) -> bool:
        """True for the account's password. Unknown names take as long as known ones."""
        known = self._hash(name)
        digest = hmac.digest(
            self._secret, f"{name.lower()}\0{known}\0{password}".encode(errors="replace"), "sha256"
        )
        with self._lock:
            if known is not None and digest in self._verified:
                self._verified.move_to_end(digest)
                return True
        matches = (known or self._nobody).matches(password) and known is not None
        if matches:
            with self._lock:
                self._verified[digest] = None
                if len(self._verified) > CACHED:
                    self._verified.popitem(last=False)
        return matches

    def fingerprint(self, name: str) -> str | None:
        """A value that changes with the account's password; None if there is no such account."""
        known = self._hash(name)
        return hashlib.sha256(str(known).encode()).hexdigest() if known else None

    def _hash(self, name: str) -> Hash | None:
        plain = plain_name(name)
        with self._lock:
            self._reload()
            return self._known.get(plain) if plain else None

    def _reload(self) -> None:
        state = _state(self._path)
        if state == self._state:
            return
        self._state = state
        try:
            self._set(_read(self._path))
        except SettingsError as error:
            _log.error("all logins are rejected: %s", error)
            self._set({})

    def _set(self, known: dict[str, Hash]) -> None:
        self._known = known
        costly = max(known.values(), key=lambda h: h.n * h.r * h.p, default=None)
        cost = (costly.n, costly.r, costly.p) if costly else COST
        # Unknown names are compared with this hash, so that they take as long as known ones.
        self._nobody = Hash(*cost, secrets.token_bytes(16), secrets.token_bytes(32))


def load_accounts(path: Path) -> Accounts:
    """The accounts in the file at `path`. Raises SettingsError in one line, with the line's number."""
    return Accounts(path)


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _read(path: Path) -> dict[str, Hash]:
    """Name → hash. Raises SettingsError."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SettingsError(f"{SETTING}: {path}: expected at most {LARGEST_FILE:,} bytes")
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise SettingsError(f"{SETTING}: {path}: {error.strerror}; {REMEDY}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{SETTING}: {path}: expected lines of name:hash in UTF-8") from None
    known: dict[str, Hash] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, hashed = line.strip().partition(":")
        plain = plain_name(name)
        where = f"{SETTING}: {path}, line {number}"
        if plain is None:
            # The message does not repeat the line: it may hold a password, and logs are read by others.
            raise SettingsError(f"{where}: expected name:hash, a name of a-z 0-9 . _ -; {REMEDY}")
        if plain in known:
            raise SettingsError(f"{where}: {plain!a} is there twice; keep one of the lines")
        try:
            known[plain] = Hash.parse(hashed)
        except ValueError as error:
            raise SettingsError(f"{where}: {plain!a}: {error}; {REMEDY}") from None
    if not known:
        raise SettingsError(f"{SETTING}: {path}: expected at least one account; {REMEDY}")
    return known
