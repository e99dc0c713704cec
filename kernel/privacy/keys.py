"""The keys that personal data are stored under, as the environment gives them."""

import base64
import hmac
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

ID_LENGTH = 8
INDEX_BYTES = 16


@dataclass(frozen=True)
class Key:
    """One secret text, from which three independent keys are derived.

    `id` names the key in each ciphertext without telling anything about it.
    """

    secret: str

    @cached_property
    def id(self) -> str:
        return self._derive("id", 16).hex()[:ID_LENGTH]

    @cached_property
    def aead(self) -> AESGCM:
        """AES-256-GCM: encrypts, and refuses what was changed or moved."""
        return AESGCM(self._derive("encrypt", 32))

    @cached_property
    def _index_key(self) -> bytes:
        return self._derive("index", 32)

    def index(self, text: str, context: str) -> str:
        """Keyed fingerprint of a value in one column: equal values there, equal fingerprints."""
        digest = hmac.new(self._index_key, f"{context}\0{text}".encode(), sha256).digest()
        return base64.urlsafe_b64encode(digest[:INDEX_BYTES]).decode().rstrip("=")

    def _derive(self, purpose: str, length: int) -> bytes:
        info = f"personal data: {purpose}".encode()
        return HKDF(SHA256(), length, salt=None, info=info).derive(self.secret.encode())


class Keyring:
    """All keys in use: the first encrypts, every one decrypts."""

    def __init__(self, secrets: tuple[str, ...]):
        self.keys = [Key(secret) for secret in secrets]
        self._by_id = {key.id: key for key in self.keys}

    @property
    def current(self) -> Key:
        return self.keys[0]

    def get(self, key_id: str) -> Key | None:
        return self._by_id.get(key_id)


@lru_cache(maxsize=8)
def _keyring(secrets: tuple[str, ...]) -> Keyring:
    return Keyring(secrets)


def keyring() -> Keyring:
    """The keys of the present settings."""
    return _keyring(tuple(settings.DATA_KEYS))
