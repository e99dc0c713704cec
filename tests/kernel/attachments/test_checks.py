"""What is taken and what is refused, told by the content of a file."""

import pytest

from kernel.attachments.checks import check_file
from kernel.attachments.names import clean_name, size_text
from kernel.records.errors import Refused

from . import files
from .files import upload

GOOD = {
    "合同.pdf": files.PDF,
    "照片.jpg": files.image("JPEG"),
    "照片.JPEG": files.image("JPEG"),
    "截图.png": files.image(),
    "动图.gif": files.image("GIF"),
    "图.webp": files.image("WEBP"),
    "图.bmp": files.image("BMP"),
    "扫描.tif": files.image("TIFF"),
    "手机照片.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100,
    "台账.xlsx": files.xlsx(),
    "通知.docx": files.docx(),
    "讲稿.pptx": files.archive("[Content_Types].xml", "ppt/presentation.xml"),
    "公文.ofd": files.archive("OFD.xml", "Doc_0/Document.xml"),
    "旧通知.doc": files.old_office(),
    "旧表.xls": files.old_office("Workbook"),
    "旧稿.ppt": files.old_office("PowerPoint Document"),
    "文稿.wps": files.old_office(),
    "新文稿.wps": files.docx(),
    "表格.et": files.old_office("Workbook"),
    "演示.dps": files.old_office("PowerPoint Document"),
    "说明.txt": "全角（）与English，第一行\r\n第二行".encode(),
    "说明2.txt": "汉字按国标编码".encode("gb18030"),
    "说明3.txt": "汉字".encode("utf-16"),
    "名单.csv": "\ufeff姓名,单位\n甲,乙\n".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_bureaus_files_are_taken(name):
    checked = check_file(upload(name, GOOD[name]))
    assert checked.name == name.rsplit(".", 1)[0] + "." + name.rsplit(".", 1)[1].lower()
    assert name.rsplit(".", 1)[1].lower() in checked.type.extensions


BAD = {
    "空": ("空.pdf", b"", "空文件（0 字节）"),
    "图片冒充 PDF": ("合同.pdf", files.image(), "PNG 图片，与扩展名 .pdf 不符"),
    "PDF 冒充图片": ("照片.jpg", files.PDF, "PDF，与扩展名 .jpg 不符"),
    "表格冒充文档": ("通知.docx", files.xlsx(), "Excel 表格，与扩展名 .docx 不符"),
    "文本冒充表格": ("名单.xlsx", "姓名,单位".encode(), "纯文本，与扩展名 .xlsx 不符"),
    "宏": ("通知.docx", files.docx("word/vbaProject.bin"), "含有宏"),
    "网页": ("说明.txt", b"<!DOCTYPE html><script>alert(1)</script>", "网页或 SVG"),
    "网页（国标码）": ("说明.txt", "  <html>汉字".encode("gb18030"), "网页或 SVG"),
    "SVG": ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "网页或 SVG"),
    "SVG 冒充图片": ("图.png", b"<svg onload='alert(1)'/>", "网页或 SVG"),
    "带声明的 SVG": ("图.png", b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "网页或 SVG"),
    "程序": ("工具.exe", b"MZ" + b"\0" * 200, "可执行程序"),
    "程序冒充文档": ("通知.doc", b"MZ" + b"\0" * 200, "可执行程序"),
    "安装包冒充文档": ("通知.doc", files.old_office("MsiDatabase"), "无法识别的内容"),
    "压缩包": ("材料.zip", files.archive("a.txt"), "不接受扩展名 .zip"),
    "RAR": ("材料.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 100, "压缩包"),
    "损坏的文档": ("通知.docx", files.docx()[:60], "已损坏"),
    "加密的文档": ("通知.docx", files.old_office("EncryptedPackage"), "打开密码"),
    "二进制冒充文本": ("说明.txt", bytes(range(256)) * 4, "无法识别"),
    "未知扩展名": ("数据.dat", "文字".encode(), "不接受扩展名 .dat"),
}


@pytest.mark.parametrize(("name", "content", "says"), BAD.values(), ids=BAD)
def test_a_refusal_names_the_file_and_the_reason(name, content, says):
    with pytest.raises(Refused) as refused:
        check_file(upload(name, content))
    assert says in str(refused.value)
    assert f"“{name}”" in str(refused.value)


def test_an_archive_is_taken_where_the_bureau_allows_it(settings):
    settings.ATTACHMENT_TYPES = ["pdf", "zip"]
    assert check_file(upload("材料.zip", files.archive("a.txt"))).type.key == "zip"
    with pytest.raises(Refused, match=r"可上传的扩展名：pdf、zip"):
        check_file(upload("截图.png", files.image()))


def test_the_size_limit_is_named(settings):
    settings.ATTACHMENT_MAX_MB = 1
    check_file(upload("合同.pdf", files.PDF.ljust(1024 * 1024)))
    with pytest.raises(Refused, match=r"大小为 1\.5 MB，超过每个文件 1 MB 的上限"):
        check_file(upload("合同.pdf", files.PDF.ljust(3 * 1024 * 1024 // 2)))


def test_a_file_without_an_ending_gets_that_of_its_content():
    assert check_file(upload("image", files.image())).name == "image.png"
    assert check_file(upload("第3.2条", "正文".encode())).name == "第3.2条.txt"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\甲\\合同.pdf", "合同.pdf"),
        ('a<b>:"|?*.pdf', "a_b_.pdf"),
        ("合同\r\n\x00 \u202e fdp.exe", "合同 fdp.exe"),
        ("合同．ＰＤＦ", "合同．ＰＤＦ"),
        ("  .  ", "未命名文件"),
        ("合同.pdf.", "合同.pdf"),
    ],
)
def test_names_lose_what_file_systems_refuse(given, kept):
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending():
    name = clean_name("很长" * 250 + ".pdf")
    assert len(name) == 200
    assert name.endswith("长.pdf")


def test_sizes_are_words():
    assert [size_text(n) for n in (5, 2048, 20 * 1024**2, 1_600_000)] == [
        "5 字节",
        "2 KB",
        "20 MB",
        "1.5 MB",
    ]
