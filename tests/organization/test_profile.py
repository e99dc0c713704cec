"""The bureau's names are data: its profile, its levels, its invented twin for the demo."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, models, transaction

from organization.demo import load as demo
from organization.demo import names
from organization.demo.world import is_workday
from organization.levels import Level, LevelField, level_choices
from organization.models import PROFILE_CACHE_KEY, Agency, BureauProfile, StaffAccount, Unit
from petitions.models import Petition
from tests.contract.pages import html


@pytest.fixture(autouse=True)
def _own_cache() -> Iterator[None]:
    """Changes of these tests are rolled back, so they must not stay in the cache either."""
    yield
    cache.delete(PROFILE_CACHE_KEY)


def test_the_profile_is_read_once(db: None, django_assert_num_queries: Any) -> None:
    cache.delete(PROFILE_CACHE_KEY)
    with django_assert_num_queries(1):
        first, second = BureauProfile.current(), BureauProfile.current()
    assert first.name == second.name


def test_a_saved_profile_shows_at_once(unit: Unit, make_account: Any, login: Any) -> None:
    client = login(make_account(unit, "administrator"))
    page = html(client.get("/units/profile/"))
    assert BureauProfile.current().name in page
    profile = BureauProfile.objects.get()
    data = {f.name: getattr(profile, f.name) for f in BureauProfile._meta.fields if f.name != "id"}
    changed = {"portal_name": "如东县法治门户", "level_county": "县<级>"}
    assert client.post("/units/profile/", data | changed).status_code == 302
    assert BureauProfile.current().portal_name == "如东县法治门户"
    home = html(client.get("/"))
    assert "如东县法治门户" in home
    html(client.post("/units/profile/", data | {"name": ""}), 422)


def test_the_cache_is_emptied_again_after_the_commit(
    db: None, django_capture_on_commit_callbacks: Any
) -> None:
    """Until then another process may have read and cached the old names."""
    profile = BureauProfile.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        profile.portal_name = "新名称"
        profile.save()
        cache.set(PROFILE_CACHE_KEY, BureauProfile(portal_name="旧名称"))
    assert BureauProfile.current().portal_name == "新名称"


def test_before_a_bureau_is_loaded_there_is_a_placeholder(db: None) -> None:
    cache.delete(PROFILE_CACHE_KEY)
    with transaction.atomic():
        BureauProfile.objects.all().delete()
        assert BureauProfile.current().portal_name == "法治政府建设门户"
        assert cache.get(PROFILE_CACHE_KEY) is None


# --- Levels ------------------------------------------------------------------------------------


def test_there_are_four_levels_named_by_the_profile(db: None) -> None:
    profile = BureauProfile.objects.get()
    profile.level_prefecture, profile.level_county = "盐城市级", "东台市级"
    profile.save()
    assert level_choices() == [
        ("national", "国家级"),
        ("province", "省部级"),
        ("prefecture", "盐城市级"),
        ("county", "东台市级"),
    ]
    petition = Petition.objects.filter(level=Level.COUNTY).first()
    assert petition is not None
    assert petition.get_level_display() == "东台市级"


def test_pages_offer_the_levels_by_their_names(reviewer: Any, login: Any) -> None:
    profile = BureauProfile.objects.get()
    profile.level_county = "东台市级"
    profile.save()
    text = html(login(reviewer).get("/petitions/petition/?level=county"))
    assert "东台市级" in text
    assert "海安市级" not in text


def test_level_names_do_not_stand_in_migrations() -> None:
    field = LevelField("层级")
    *_, kwargs = field.deconstruct()
    assert "海安" not in str(kwargs)
    assert field.max_length == 12
    assert field.check() == [] or all("choices" not in str(m) for m in field.check())


# --- The demo's bureau -------------------------------------------------------------------------

CHANGING = (models.AutoField, models.DateTimeField, models.ForeignKey)


def contents() -> dict[str, list[str]]:
    """Every row of the organization, without keys, times and salted passwords."""
    found = {}
    for model in (Unit, StaffAccount, Agency, BureauProfile):
        columns = [
            f.name
            for f in model._meta.concrete_fields
            if not isinstance(f, CHANGING) and f.name != "password"
        ]
        found[model.__name__] = sorted(map(repr, model._base_manager.values_list(*columns)))
    return found


def run_of_the_demo() -> tuple[Any, ...]:
    """What one run makes, and what chance would give the next rooms; rolled back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE organization_unit, organization_agency CASCADE")
            cursor.execute("TRUNCATE organization_bureauprofile CASCADE")
        world = demo.load("demo-Password-2023")
        made = contents(), [world.person() for _ in range(20)], world.credit_code()
        transaction.set_rollback(True)
    return made


def test_the_demo_is_the_same_at_every_run(db: None) -> None:
    first, second = run_of_the_demo(), run_of_the_demo()
    assert first == second
    assert first[0] == contents()


def test_the_demo_bureau_is_as_large_as_a_real_one(db: None) -> None:
    kinds = dict(Unit.objects.values_list("kind").annotate(n=models.Count("pk")))
    assert kinds["section"] == 12
    assert kinds["township_office"] == 20
    assert 140 <= kinds["school"] + kinds["kindergarten"] <= 160
    assert StaffAccount.objects.count() >= 50
    assert set(StaffAccount.objects.values_list("role", flat=True)) == {
        row[1] for row in demo.DEMO_ACCOUNTS.values()
    }


def test_only_demo_accounts_can_sign_in(db: None) -> None:
    able = {a.username for a in StaffAccount.objects.all() if a.has_usable_password()}
    assert able == set(demo.DEMO_ACCOUNTS)


def test_invented_codes_are_valid_and_invented_phones_are_nobodys() -> None:
    rng = random.Random(1)
    for _ in range(50):
        code = names.credit_code(rng)
        values = [names.CREDIT_ALPHABET.index(c) for c in code]
        assert len(code) == 18
        weighted = sum(v * pow(3, i, 31) for i, v in enumerate(values[:17]))
        assert (weighted + values[17]) % 31 == 0
        assert names.phone(rng).startswith("154")


@pytest.mark.parametrize(
    ("day", "works"),
    [("2023-10-06", False), ("2023-10-09", True), ("2023-10-07", False), ("2023-01-27", False)],
)
def test_demo_days_are_working_days(day: str, works: bool) -> None:
    assert is_workday(dt.date.fromisoformat(day)) is works
