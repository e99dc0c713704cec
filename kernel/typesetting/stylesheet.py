"""The style sheet of GB/T 9704-2012, with the fonts of this machine written into it."""

from django.template.loader import render_to_string

from kernel.typesetting.fonts import FontFile, FontTable

_TYPE_AREA_WIDTH_PT = 442.2
# A red head of few characters must not grow taller than the standard's room for it.
_LARGEST_MARK_PT = 45.0
_LONGEST_MARK = 40


def stylesheet(table: FontTable) -> str:
    """CSS of both layouts; the body's class (``official``, ``public``) chooses between them."""
    layout = render_to_string("typesetting/gb9704.css")
    return "\n".join([_faces(table), layout, _mark_sizes(), _widths()])


def face_url(family: str, font: FontFile) -> str:
    """The address of a font file in its part: one file may be asked for in two forms."""
    return f"{font.path.resolve().as_uri()}#{family}"


def _faces(table: FontTable) -> str:
    return "\n".join(
        f'@font-face{{font-family:{family};src:url("{face_url(family, font)}")}}'
        for family, font in table.files().items()
    )


def _mark_sizes() -> str:
    """Red heads are set as large as their length allows (§7.2.4: eye-catching, dignified)."""
    sizes = {n: min(_LARGEST_MARK_PT, _TYPE_AREA_WIDTH_PT / n) for n in range(1, _LONGEST_MARK + 1)}
    return "\n".join(f".mark-{n}{{font-size:{size:.2f}pt}}" for n, size in sizes.items())


def _widths() -> str:
    return "\n".join(f".w{width}{{width:{width}%}}" for width in range(1, 101))
