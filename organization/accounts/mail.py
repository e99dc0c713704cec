"""Sending a one-time link to its person, where the portal can send mail at all."""

import logging

from django.conf import settings
from django.core.mail import send_mail

from ..models import BureauProfile, StaffAccount

logger = logging.getLogger(__name__)
TEXT = """{name}：

您在{portal}的登录名是 {username}。请在 7 天内打开下面的链接，设置自己的密码：

{url}

链接只能使用一次，请勿转发。管理员不知道、也不会询问您的密码。如非本人，请与管理员联系。
"""


def is_configured() -> bool:
    """Whether a mail server is set; without one the link is handed over in person."""
    return bool(settings.MAIL_ON)


def send_link(account: StaffAccount, url: str) -> bool:
    """Mail the link; `False` when there is no address or no server, or the server refuses."""
    if not account.email or not is_configured():
        return False
    portal = BureauProfile.current().portal_name
    text = TEXT.format(name=account.display_name, portal=portal, username=account.username, url=url)
    try:
        send_mail(f"设置{portal}的密码", text, None, [account.email])
    except OSError:  # SMTPException is one
        logger.exception("could not mail a link to account %s", account.pk)
        return False
    return True
