"""Which font file plays which role in an official document, and what it cannot draw.

Fonts are looked for in ``settings.FONT_DIR`` and its sub-folders and recognised by the names
inside the file, so a licensed font dropped there wins whatever its file is called.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pylopdf_fonts_zh_cn as wide_fonts
from django.conf import settings

from kernel.typesetting.errors import TypesettingError
from kernel.typesetting.fontfile import FontFile, read_font

SUFFIXES = {".otf", ".ttf"}
LATIN_FAMILY = "GB-Latin"


@dataclass(frozen=True)
class Role:
    """One part a font plays: ``names`` are patterns of folded font names, the best first."""

    label: str
    family: str
    use: str
    names: tuple[str, ...]
    default_file: str
    sans: bool = False
    bold: bool = False


ROLES: Mapping[str, Role] = {
    "title": Role(
        "小标宋",
        "GB-Title",
        "标题和红头",
        ("小标宋", "xiaobiaosong", "fzxbs", "fandolsongbold"),
        "FandolSong-Bold.otf",
        bold=True,
    ),
    "fangsong": Role(
        "仿宋",
        "GB-FangSong",
        "正文",
        ("仿宋gb2312", "fangsonggb2312", "仿宋", "fangsong", "fzfs", "fandolfang"),
        "FandolFang-Regular.otf",
    ),
    "kaiti": Role(
        "楷体",
        "GB-KaiTi",
        "二级标题和签发人",
        ("楷体gb2312", "kaitigb2312", "楷体", "kaiti", "fzkt", "fandolkai"),
        "FandolKai-Regular.otf",
    ),
    "heiti": Role(
        "黑体",
        "GB-HeiTi",
        "一级标题",
        ("黑体", "simhei", "heiti", "fzht", "fandolhei"),
        "FandolHei-Regular.otf",
        sans=True,
    ),
    "song": Role(
        "宋体",
        "GB-Song",
        "页码和表格",
        ("(?<!仿)宋体", "simsun", "书宋", "fzss", "fandolsong(?!bold)"),
        "FandolSong-Regular.otf",
    ),
    "latin": Role(
        "西文",
        LATIN_FAMILY,
        "数字和西文字母",
        ("timesnewroman", "fandolsong(?!bold)"),
        "FandolSong-Regular.otf",
    ),
}

# Characters that turn the order of others: never let through, whatever the font. So are
# control characters, for which some fonts have a glyph.
_TREACHEROUS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BLANKS = frozenset("\t\n\r ")


@dataclass(frozen=True)
class Problem:
    """Something wrong with the fonts. ``fatal`` means that nothing can be typeset."""

    message: str
    file: str
    role: str = ""
    fatal: bool = True


@dataclass(frozen=True)
class FontTable:
    """The chosen file of each role, the fallbacks, and what was wrong on the way."""

    fonts: Mapping[str, FontFile]
    serif: FontFile | None
    sans: FontFile | None
    problems: tuple[Problem, ...]

    def fallback(self, role: str) -> FontFile | None:
        """The wide font that lends ``role`` the rare characters of its own font."""
        return self.sans if ROLES[role].sans else self.serif

    def files(self) -> dict[str, FontFile]:
        """CSS family name to font file, for every font there is."""
        found = {ROLES[role].family: font for role, font in self.fonts.items()}
        wide = {"GB-Wide-Serif": self.serif, "GB-Wide-Sans": self.sans}
        return found | {family: font for family, font in wide.items() if font}


def font_table() -> FontTable:
    """The table as the disk stands now; files that did not change are not read again."""
    folder = Path(settings.FONT_DIR)
    candidates, broken = _readable(_font_files(folder))
    chosen = {key: font for key, role in ROLES.items() if (font := _best(role, candidates))}
    missing = tuple(_missing(key, folder) for key in ROLES if key not in chosen)
    wide, broken_wide = _readable([wide_fonts.serif_path(), wide_fonts.sans_path()])
    by_name = {font.path.name: font for font in wide}
    return FontTable(
        fonts=chosen,
        serif=by_name.get(wide_fonts.serif_path().name),
        sans=by_name.get(wide_fonts.sans_path().name),
        problems=missing + broken + broken_wide,
    )


def check_fonts() -> list[Problem]:
    """Everything wrong with the installed fonts, the fatal first; empty when all is well."""
    return sorted(font_table().problems, key=lambda problem: not problem.fatal)


def missing_glyphs(text: str, role: str) -> list[str]:
    """The characters of ``text`` that neither the role's font nor its fallback can draw."""
    table = font_table()
    return undrawable(text, [table.fonts.get(role), table.fallback(role)])


def undrawable(text: str, fonts: Iterable[FontFile | None]) -> list[str]:
    """The characters of ``text``, once each in order, that none of ``fonts`` has."""
    unknown = set(text) - _BLANKS
    for font in fonts:
        if font:
            unknown = {char for char in unknown if ord(char) not in font.characters}
    unknown = {char for char in unknown if not _is_joiner(char)}
    return sorted(unknown | {char for char in set(text) if _is_refused(char)}, key=text.index)


def _is_refused(char: str) -> bool:
    is_control = unicodedata.category(char) == "Cc" and char not in _BLANKS
    return is_control or char in _TREACHEROUS


def _is_joiner(char: str) -> bool:
    """Variation selectors and zero-width marks have no glyph of their own."""
    return unicodedata.category(char) in {"Cf", "Mn"}


def _font_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def _readable(paths: Iterable[Path]) -> tuple[list[FontFile], tuple[Problem, ...]]:
    fonts, problems = [], []
    for path in paths:
        try:
            fonts.append(read_font(path))
        except (OSError, TypesettingError) as error:
            default = next((k for k, r in ROLES.items() if r.default_file == path.name), "")
            reason = str(error) if isinstance(error, TypesettingError) else f"无法读取“{path}”。"
            problems.append(Problem(reason, path.name, default, fatal=False))
    return fonts, tuple(problems)


def _best(role: Role, fonts: list[FontFile]) -> FontFile | None:
    for pattern in role.names:
        for font in fonts:
            if _fits_style(role, font) and any(re.search(pattern, name) for name in font.names):
                return font
    return None


def _fits_style(role: Role, font: FontFile) -> bool:
    return "italic" not in font.style and (role.bold or "bold" not in font.style)


def _missing(key: str, folder: Path) -> Problem:
    role = ROLES[key]
    message = (
        f"缺少{role.label}字体（用于{role.use}）：未找到“{role.default_file}”。"
        f"请重新运行安装脚本取回字体，或将该文件或已获授权的{role.label}字体（.otf、.ttf）"
        f"放入“{folder}”。"
    )
    return Problem(message, role.default_file, key)
