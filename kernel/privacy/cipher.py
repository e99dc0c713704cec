"""How one value is written into its column, and read from it again.

`e1.<fingerprint>.<key id>.<nonce + ciphertext + tag>`, the last in base64. The fingerprint stands
first and has a fixed length, so that one index over the head of the column finds equal values; it
is empty in columns that nobody searches. `context` (table and column) is authenticated: a value
copied into another column cannot be read there.
"""

import base64
import binascii
import os
import unicodedata

from cryptography.exceptions import InvalidTag

from .keys import Keyring, keyring

VERSION = "e1"
NONCE_BYTES = 12
HEAD_LENGTH = 25
"""Version, dot and fingerprint: what two equal values of a searchable column have in common."""


class Unreadable(str):
    """A value whose key is missing or whose ciphertext was changed.

    It reads as a message to the person and is written back unchanged, so that saving the rest of
    a record never destroys what the right key could still open.
    """

    token: str

    @classmethod
    def of(cls, token: str, why: str) -> "Unreadable":
        made = cls(f"（无法解密：{why}）")
        made.token = token
        return made


def normalize(text: str) -> str:
    """The value as it is compared: half-width, upper case, digits and letters only."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if character.isalnum())


def seal(text: str, context: str, *, searchable: bool, ring: Keyring | None = None) -> str:
    """The text encrypted with the first key. Nothing is made of nothing: `""` stays as it is."""
    if not text:
        return ""
    key = (ring or keyring()).current
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + key.aead.encrypt(nonce, text.encode(), context.encode())
    fingerprint = key.index(normalize(text), context) if searchable else ""
    payload = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return f"{VERSION}.{fingerprint}.{key.id}.{payload}"


def is_sealed(stored: str) -> bool:
    return stored.startswith(f"{VERSION}.") and stored.count(".") == 3


def unseal(stored: str, context: str) -> str:
    """The text behind a stored value; an `Unreadable` where no key opens it.

    What was stored before its column was encrypted is given back as it is.
    """
    if not is_sealed(stored):
        return stored
    _, _, key_id, payload = stored.split(".")
    key = keyring().get(key_id)
    if key is None:
        return Unreadable.of(stored, f"缺少编号为 {key_id} 的密钥，请联系系统管理员")
    try:
        sealed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        text = key.aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, binascii.Error, ValueError):
        return Unreadable.of(stored, "密文已损坏或被移动，请联系系统管理员")
    return text.decode()


def heads(text: str, context: str) -> list[str]:
    """First `HEAD_LENGTH` characters that this value may have in its column, one for each key."""
    if not text:
        return [""]
    plain = normalize(text)
    return [f"{VERSION}.{key.index(plain, context)}" for key in keyring().keys]


def needs_sealing(stored: str) -> bool:
    """Whether the stored value is plain, or encrypted with a key other than the first."""
    return bool(stored) and (not is_sealed(stored) or stored.split(".")[2] != keyring().current.id)
