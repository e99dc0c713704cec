"""The second factor: a code from an authenticator app, or one of ten recovery codes."""

import unicodedata
from base64 import b32encode
from dataclasses import dataclass

import segno
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from kernel.records.errors import Refused

from ..models import StaffAccount
from ..models.security import EventKind
from . import events, sessions

RECOVERY_CODES = 10
CODE_DIGITS = 6


@dataclass(frozen=True)
class Setup:
    """What the set-up page shows: the secret as a picture and as letters."""

    device: TOTPDevice

    @property
    def secret(self) -> str:
        """The secret in groups of four, as authenticator apps take it by hand."""
        text = b32encode(self.device.bin_key).decode().rstrip("=")
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    @property
    def picture(self) -> SafeString:
        """The secret as a QR code; the SVG carries no style, which the content policy forbids."""
        code = segno.make(self.device.config_url, error="m", micro=False)
        drawn = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
        return mark_safe(drawn)  # noqa: S308 - drawn from the address alone, which is encoded


def device_of(account: StaffAccount) -> TOTPDevice | None:
    """The person's confirmed authenticator."""
    return TOTPDevice.objects.filter(user=account, confirmed=True).order_by("pk").first()


def is_required(account: StaffAccount) -> bool:
    """Whether the role asks for a second factor."""
    return account.role in settings.TOTP_ROLES


def begin(account: StaffAccount) -> Setup:
    """The set-up that waits for its first code; the same one until it is confirmed."""
    device = TOTPDevice.objects.filter(user=account, confirmed=False).order_by("pk").first()
    return Setup(device or TOTPDevice.objects.create(user=account, name="app", confirmed=False))


@transaction.atomic
def confirm(account: StaffAccount, code: str, *, keep_session: str) -> list[str] | None:
    """Turn the second factor on with a first code; gives the recovery codes, to be shown once.

    `None` when the code is wrong. All other sessions of the person end.
    """
    if device_of(account):
        raise Refused("动态码已经启用。要换手机，请先停用再重新设置。")
    device = TOTPDevice.objects.select_for_update().filter(user=account, confirmed=False).first()
    if device is None or not device.verify_token(clean(code)):
        return None
    device.confirmed = True
    device.save()
    sessions.end_all(account, keep=keep_session)
    events.record(EventKind.FACTOR_SET, by=account, whom=account)
    return _new_codes(account)


def _new_codes(account: StaffAccount) -> list[str]:
    StaticDevice.objects.filter(user=account).delete()
    device = StaticDevice.objects.create(user=account, name="recovery", confirmed=True)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


@transaction.atomic
def renew_codes(account: StaffAccount) -> list[str]:
    """Ten new recovery codes in place of the old ones."""
    events.record(EventKind.RECOVERY_RENEWED, by=account, whom=account)
    return _new_codes(account)


def codes_left(account: StaffAccount) -> int:
    return StaticToken.objects.filter(device__user=account, device__confirmed=True).count()


def clean(code: str) -> str:
    """The code as typed, without blanks and hyphens, in half-width small letters."""
    text = unicodedata.normalize("NFKC", code)
    return "".join(text.split()).replace("-", "").lower()


def verify(account: StaffAccount, code: str) -> Device | None:
    """The device that accepts this code. Each code works once; each failure makes one wait."""
    text = clean(code)
    kind = TOTPDevice if len(text) == CODE_DIGITS and text.isdecimal() else StaticDevice
    with transaction.atomic():
        devices = kind.objects.select_for_update().filter(user=account, confirmed=True)
        found = next((device for device in devices if device.verify_token(text)), None)
        if kind is StaticDevice and found:
            left = codes_left(account)
            events.record(
                EventKind.RECOVERY_USED, by=account, whom=account, detail=f"尚余 {left} 个"
            )
    return found


def seconds_to_wait(account: StaffAccount) -> int:
    """Seconds until the next code is looked at at all, after wrong ones."""
    waits = [0]
    for kind in (TOTPDevice, StaticDevice):
        for device in kind.objects.filter(user=account):
            allowed, why = device.verify_is_allowed()
            if not allowed:
                left = why["locked_until"] - timezone.now()
                waits.append(int(left.total_seconds()) + 1)
    return max(waits)


@transaction.atomic
def remove(
    account: StaffAccount, *, by: StaffAccount | None, reason: str, keep_session: str = ""
) -> None:
    """Turn the second factor off; all other sessions of the account end."""
    TOTPDevice.objects.filter(user=account).delete()
    StaticDevice.objects.filter(user=account).delete()
    sessions.end_all(account, keep=keep_session)
    events.record(EventKind.FACTOR_REMOVED, by=by, whom=account, detail=reason)


def forgive(account: StaffAccount) -> None:
    """Let the next code be looked at at once."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.filter(user=account).update(
            throttling_failure_count=0, throttling_failure_timestamp=None
        )
