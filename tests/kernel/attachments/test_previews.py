"""Small pictures: upright, without the camera's notes, never at any price."""

import io
import struct
import zlib

import pytest
from PIL import Image

from kernel.attachments import previews, store
from kernel.attachments.services import add_attachment

from . import files


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_phones_photo_stands_upright_and_loses_place_and_device():
    source = files.photo()
    assert b"PHONE-MAKER" in source
    small = previews.preview_of(io.BytesIO(source))
    image = opened(small)
    assert image.size == (240, 480)  # 800 × 400, turned by a quarter
    assert not image.getexif()
    assert b"PHONE-MAKER" not in small


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_kind_of_image_becomes_a_small_jpeg(kind):
    image = opened(previews.preview_of(io.BytesIO(files.image(kind, (1000, 500)))))
    assert (image.format, image.size) == ("JPEG", (480, 240))


def test_transparency_becomes_white_paper():
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(previews.preview_of(out)).getpixel((10, 10)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (10_000, 10_000), (6_000, 6_000)])
def test_an_image_too_big_for_memory_has_no_preview(size):
    assert previews.preview_of(io.BytesIO(bomb(*size))) is None


@pytest.mark.parametrize(
    "content",
    [
        files.PDF,
        b"",
        files.image()[:30],
        b"\x89PNG\r\n\x1a\n" + b"x" * 50,
        files.image("JPEG")[:90],
    ],
)
def test_what_cannot_be_read_has_no_preview(content):
    assert previews.preview_of(io.BytesIO(content)) is None


def test_a_damaged_photo_is_kept_without_a_preview(record, clerk, media):
    kept = add_attachment(record, files.upload("坏照片.jpg", files.photo()[:300]), by=clerk)
    assert not kept.has_preview
    assert kept.open().read() == files.photo()[:300]


def test_the_preview_lies_beside_the_photo(record, clerk, media):
    kept = add_attachment(record, files.upload("照片.jpg", files.photo()), by=clerk)
    assert kept.has_preview
    assert opened(store.read(store.address(kept.sha256, previews.VARIANT))).size == (240, 480)
    assert b"PHONE-MAKER" in kept.open().read()  # the original is evidence: never touched
