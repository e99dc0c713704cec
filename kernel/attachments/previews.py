"""Small pictures of uploaded images, without what a camera writes into them."""

import io
from contextlib import suppress
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from . import store

EDGE = 480
"""Longest side of a preview, in pixels: twice what the pages show, for fine screens."""
QUALITY = 80
MOST_PIXELS = 24_000_000
MOST_PIXELS_JPEG = 80_000_000
"""A JPEG is read at a fraction of its size; other images must fit into memory whole."""
VARIANT = f"-{EDGE}.jpg"
READABLE = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
FAULTS = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    ValueError,
    SyntaxError,  # Pillow's word for a broken PNG
    EOFError,
    MemoryError,
)


def preview_of(file: Any) -> bytes | None:
    """A JPEG of the image, upright and without its EXIF (place, device, time); `None` if not.

    Damaged images and those that would take too much memory have no preview.
    """
    file.seek(0)
    with suppress(*FAULTS), Image.open(file, formats=READABLE) as image:
        limit = MOST_PIXELS_JPEG if image.format == "JPEG" else MOST_PIXELS
        if image.width * image.height > limit:
            return None
        image.draft("RGB", (2 * EDGE, 2 * EDGE))
        return _drawn(ImageOps.exif_transpose(image))
    return None


def _drawn(image: Image.Image) -> bytes:
    image.thumbnail((EDGE, EDGE))
    paper = Image.new("RGB", image.size, "white")
    picture = image.convert("RGBA")
    paper.paste(picture, mask=picture.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def keep_preview(file: Any, sha256: str) -> bool:
    """Make and store the preview; whether there is one."""
    content = preview_of(file)
    if content is None:
        return False
    store.keep(ContentFile(content), store.address(sha256, VARIANT), len(content))
    return True
