"""The bureau: its name and superiors, its tree of units, the agencies it works with."""

from contextlib import suppress
from typing import Any

from django.core.cache import cache
from django.db import models, transaction
from django.db.models import QuerySet
from redis.exceptions import RedisError

from kernel.records.models import track
from kernel.search.models import Searchable
from kernel.values.codes import valid_credit_code

PROFILE_CACHE_KEY = "organization.profile"


@track
class BureauProfile(models.Model):
    """Names that differ from bureau to bureau. One row; another county loads its own."""

    name = models.CharField("机关全称", max_length=60)
    short_name = models.CharField("机关简称", max_length=30)
    portal_name = models.CharField("门户名称", max_length=60)
    place_name = models.CharField("地区名称", max_length=20, help_text="如“某某市”。")
    credit_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, validators=[valid_credit_code]
    )
    document_prefix = models.CharField("发文机关代字", max_length=20, help_text="如“海教体”。")
    addressees = models.CharField("年度报告主送机关", max_length=120)
    copies_to = models.CharField("年度报告抄送机关", max_length=200, blank=True)
    signer = models.CharField("签发人", max_length=20)
    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    level_national = models.CharField("第一级名称", max_length=20, default="国家级")
    level_province = models.CharField("第二级名称", max_length=20, default="省部级")
    level_prefecture = models.CharField("第三级名称", max_length=20)
    level_county = models.CharField("第四级名称", max_length=20)

    class Meta:
        verbose_name = "机关信息"
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        _forget_profile()
        # Once more: until the commit, others may have read and cached the old names.
        transaction.on_commit(_forget_profile)

    @classmethod
    def current(cls) -> "BureauProfile":
        """The bureau's profile, cached; an unsaved placeholder before one is loaded."""
        profile = None
        with suppress(RedisError):  # pages work without a cache, only slower
            profile = cache.get(PROFILE_CACHE_KEY)
        if profile is None:
            profile = cls.objects.first()
            if profile is None:
                return cls(name="(尚未设置机关名称)", portal_name="法治政府建设门户")
            with suppress(RedisError):
                cache.set(PROFILE_CACHE_KEY, profile, 300)
        return profile


def _forget_profile() -> None:
    with suppress(RedisError):
        cache.delete(PROFILE_CACHE_KEY)


class UnitKind(models.TextChoices):
    BUREAU = "bureau", "局机关"
    SECTION = "section", "科室"
    AFFILIATED = "affiliated", "局直单位"
    TOWNSHIP_OFFICE = "township_office", "区镇教办"
    SCHOOL = "school", "学校"
    KINDERGARTEN = "kindergarten", "幼儿园"


@track
class Unit(Searchable):
    """A node of the tree 局 — 科室 / 局直单位 / 区镇教办 — 学校、幼儿园.

    `path` holds the codes from the root down (`ju/qz01/xx003/`), so that a part of the tree is
    one prefix condition.
    """

    search_fields = ("name", "code")

    name = models.CharField("单位名称", max_length=60)
    code = models.SlugField("单位代码", max_length=30, unique=True)
    kind = models.CharField("单位类别", max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name="上级单位",
    )
    path = models.CharField("路径", max_length=200, unique=True, editable=False)
    order = models.PositiveSmallIntegerField("排序", default=100)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "单位"
        ordering = ["path"]
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `path` in step with the parent, for the unit and everything below it."""
        old_path = self.path
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"
        with transaction.atomic():
            super().save(*args, **kwargs)
            if old_path and old_path != self.path:
                for child in self.children.all():
                    child.save()

    def subtree(self) -> QuerySet["Unit"]:
        """This unit and all units below it."""
        return Unit.objects.filter(path__startswith=self.path)


@track
class Agency(models.Model):
    """A government department outside the bureau that takes part in joint work."""

    name = models.CharField("部门名称", max_length=60, unique=True)
    own = models.BooleanField("本机关", default=False)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "协同部门"
        ordering = ["-own", "pk"]
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name
