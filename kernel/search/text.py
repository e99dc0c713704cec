"""How typed text and stored text are brought to one form before they are compared.

Stored text is folded to small letters; the pinyin beside it stands in capitals. So a fragment of
the text never meets the pinyin by accident, and the two are asked for apart.
"""

import re
import unicodedata

LETTERS = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*[a-z][a-z0-9]*")
"""Terms that may be pinyin: at least two Latin letters, no other sign but digits."""


def fold(text: str) -> str:
    """Small letters, half-width signs, no control characters: the form that is stored."""
    kept = "".join(char for char in text if char >= " ")
    return unicodedata.normalize("NFKC", kept).lower()


def words(text: str) -> list[str]:
    """The folded words of a search; a row must hold every one of them."""
    folded = (fold(word) for word in text.replace("\x00", " ").split())
    return list(dict.fromkeys(filter(None, folded)))


def variants(word: str) -> list[str]:
    """What to look for in the stored text: the word itself and, if it may be pinyin, that."""
    return [word, word.upper()] if LETTERS.fullmatch(word) else [word]


def grams(word: str) -> list[str]:
    """Pairs of neighbouring characters of the word, by which the index finds it.

    A single character is indexed as itself unless it is a letter or digit: those have none.
    """
    if len(word) == 1:
        return [] if word.isascii() else [word]
    return list(dict.fromkeys(word[i : i + 2] for i in range(len(word) - 1)))


def escaped(text: str) -> str:
    r"""The text as it stands in a LIKE pattern: %, _ and \ mean themselves."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def rank(stored: str, typed: str) -> int:
    """How well a stored text fits: 0 for a line equal to the whole of `typed`, growing from there.

    Equal, beginning, inside; the same by pinyin; last, words that stand apart.
    """
    lines, whole = stored.split("\n"), " ".join(words(typed))
    for step, form in enumerate(variants(whole)):
        if form in stored:
            begins = any(line.startswith(form) for line in lines)
            return 3 * step + (0 if form in lines else 1 if begins else 2)
    return 6
