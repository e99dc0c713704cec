"""The database's own functions for search: fold, pinyin, pairs of characters.

They are written into the database before each migration, so a fresh database and an upgraded one
have the same. The readings stand as constants inside the functions: thirteen times faster than a
table of readings, and the functions depend on nothing that a backup could restore too late.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from django.db import connections

FIRST, LAST = 0x4E00, 0x9FFF
"""The block of unified ideographs: all that names and titles are written with."""

FOLD = """
CREATE OR REPLACE FUNCTION search_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT lower(normalize(value, NFKC))
$$"""

# The index is rebuilt with an empty search path: only functions of PostgreSQL itself in here.
# A single letter or digit stands in nearly every row; to index those would only cost.
GRAMS = """
CREATE OR REPLACE FUNCTION search_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT ARRAY(
        SELECT sign FROM unnest(string_to_array(value, NULL)) AS sign WHERE ascii(sign) > 127
    ) || ARRAY(
        SELECT a || b
        FROM unnest(string_to_array(value, NULL), (string_to_array(value, NULL))[2:]) AS pair(a, b)
        WHERE a <> E'\\n' AND b <> E'\\n'
    )
$$"""

# Digits and small letters stay, so that 2023年培训 is found by 2023npx.
INITIALS = """
CREATE OR REPLACE FUNCTION search_initials(value text, alternative boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    found text := '';
    sign text;
    place int;
BEGIN
    FOREACH sign IN ARRAY string_to_array(value, NULL) LOOP
        place := ascii(sign) - {first};
        IF place BETWEEN 0 AND {span} THEN
            IF alternative THEN
                found := found || chr(get_byte('\\x{second_letters}'::bytea, place));
            ELSE
                found := found || chr(get_byte('\\x{first_letters}'::bytea, place));
            END IF;
        ELSIF sign BETWEEN '0' AND '9' OR sign BETWEEN 'a' AND 'z' THEN
            found := found || upper(sign);
        END IF;
    END LOOP;
    RETURN found;
END $$"""

SYLLABLES = """
CREATE OR REPLACE FUNCTION search_syllables(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    found text := '';
    sign text;
    place int;
BEGIN
    FOREACH sign IN ARRAY string_to_array(value, NULL) LOOP
        place := ascii(sign) - {first};
        IF place BETWEEN 0 AND {span} THEN
            found := found || ('{{{syllables}}}'::text[])[
                get_byte('\\x{numbers}'::bytea, 2 * place) * 256
                + get_byte('\\x{numbers}'::bytea, 2 * place + 1)];
        ELSIF sign BETWEEN '0' AND '9' OR sign BETWEEN 'a' AND 'z' THEN
            found := found || upper(sign);
        END IF;
    END LOOP;
    RETURN found;
END $$"""

# One line for each character that may be read otherwise: 协调会 is meant as XTH, not as XDH.
NAME_PINYIN = """
CREATE OR REPLACE FUNCTION search_name_pinyin(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    shown text := regexp_replace(value, '[^0-9a-z\\u{first_hex}-\\u{last_hex}]', '', 'g');
    usual text;
    other text;
    found text[];
BEGIN
    IF shown !~ '[\\u{first_hex}-\\u{last_hex}]' THEN
        RETURN NULL;
    END IF;
    usual := search_initials(shown, false);
    other := search_initials(shown, true);
    found := ARRAY[usual];
    FOR place IN 1..length(usual) LOOP
        IF substr(usual, place, 1) <> substr(other, place, 1) THEN
            found := found || overlay(usual PLACING substr(other, place, 1) FROM place);
        END IF;
    END LOOP;
    RETURN array_to_string(found || search_syllables(shown), E'\\n');
END $$"""

TITLE_PINYIN = """
CREATE OR REPLACE FUNCTION search_title_pinyin(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    usual text;
BEGIN
    IF value !~ '[\\u{first_hex}-\\u{last_hex}]' THEN
        RETURN NULL;
    END IF;
    usual := search_initials(value, false);
    RETURN concat_ws(E'\\n', usual, nullif(search_initials(value, true), usual));
END $$"""


PINYIN = (NAME_PINYIN, TITLE_PINYIN)


def readings(code: int) -> list[str]:
    """The readings of a character without tones, the usual one first; none for an odd sign."""
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415 (loads for 0.1 s)
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    marked = filter(None, pinyin_dict.get(code, "").split(","))
    plain = (to_normal(one).replace("ü", "v").replace("ê", "e").upper() for one in marked)
    return list(dict.fromkeys(plain))


@lru_cache(maxsize=4096)
def initials(char: str) -> frozenset[str]:
    """With which capital letters or digits a sign can be typed; empty for punctuation."""
    plain = unicodedata.normalize("NFKC", char).upper()
    if plain.isascii():
        return frozenset(plain) if plain.isalnum() else frozenset()
    return frozenset(name[0] for name in readings(ord(char)))


def _letters(known: list[list[str]]) -> Iterator[tuple[str, str]]:
    """First letters by the usual reading and by the first one that begins otherwise."""
    for names in known:
        first = names[0][0] if names else "."
        yield first, next((name[0] for name in names if name[0] != first), first)


@cache
def statements() -> list[str]:
    """The functions as SQL, in the order in which they need each other."""
    known = [readings(code) for code in range(FIRST, LAST + 1)]
    usual, other = zip(*_letters(known), strict=True)
    syllables = sorted({names[0] for names in known if names})
    places = {name: place for place, name in enumerate(syllables, 1)}
    numbers = b"".join(places[names[0]].to_bytes(2) if names else b"\0\0" for names in known)
    block = {"first": FIRST, "span": LAST - FIRST}
    return [
        FOLD,
        GRAMS,
        INITIALS.format(
            first_letters="".join(usual).encode().hex(),
            second_letters="".join(other).encode().hex(),
            **block,
        ),
        SYLLABLES.format(syllables=",".join(syllables), numbers=numbers.hex(), **block),
        *(text.format(first_hex=f"{FIRST:04X}", last_hex=f"{LAST:04X}") for text in PINYIN),
    ]


def install(using: str = "default") -> None:
    """Write the functions into the database, replacing older ones."""
    with connections[using].cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)
