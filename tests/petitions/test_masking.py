"""Personal data of petitioners is hidden from people who need not know it."""

import pytest
from django.test import Client

from kernel.registers.masks import (
    mask_address,
    mask_id_number,
    mask_name,
    mask_phone,
    mask_text,
)
from organization.models import Unit

from .factories import PetitionFactory


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (mask_name, "顾晓晴", "顾**"),
        (mask_name, "王", "王**"),
        (mask_phone, "10012345678", "100****5678"),
        (mask_phone, "8812345", "****"),
        (mask_id_number, "32068519900101123X", "320**************X"),
        (mask_id_number, "320685900101123", "320***********3"),
        (mask_id_number, "3206851990", "****"),
        (mask_address, "海安市城东镇新村3组12号", "海安市城东镇****"),
        (mask_address, "中山路8号", "****"),
        (
            mask_text,
            "联系10012345678,证号32068519900101123X。",
            "联系100****5678,证号320****123X。",
        ),
        (mask_text, "2023年11月共1058件", "2023年11月共1058件"),
    ],
)
def test_masks(mask: object, value: str, shown: str) -> None:
    assert callable(mask)
    assert mask(value) == shown


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "sees"), [("clerk", True), ("leader", False), ("auditor", False)])
def test_numbers_in_running_text_are_shown_to_those_who_handle_it(
    role: str, sees: bool, unit: Unit, make_account: object, login: object
) -> None:
    petition = PetitionFactory.create(unit=unit, content="本人电话10012345678，请回复。")
    assert callable(make_account) and callable(login)
    client: Client = login(make_account(unit, role))
    text = client.get(f"/petitions/petition/{petition.pk}/").content.decode()
    assert "请回复" in text
    assert ("10012345678" in text) is sees
