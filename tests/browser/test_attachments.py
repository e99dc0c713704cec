"""Files by dragging, pasting, choosing and photographing, and the record on paper."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.kernel.attachments import files

pytestmark = pytest.mark.browser

RECORD = "/enforcement/jointoperation/{}/"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

#: Puts files into an event of the page, as dragging and pasting do.
HAND_OVER = """([kind, files]) => {
    const data = new DataTransfer();
    for (const [name, type, content] of files) {
        const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
    }
    const target = kind === "drop" ? document.querySelector("[data-upload-zone]") : document.body;
    const Event = kind === "drop" ? DragEvent : ClipboardEvent;
    const field = kind === "drop" ? "dataTransfer" : "clipboardData";
    target.dispatchEvent(new Event(kind, { [field]: data, bubbles: true, cancelable: true }));
}"""


def hand_over(page: Page, kind: str, *given: tuple[str, str, bytes]) -> None:
    packed = [[name, type_, base64.b64encode(content).decode()] for name, type_, content in given]
    page.evaluate(HAND_OVER, [kind, packed])


def test_files_are_dragged_pasted_and_chosen(visit):
    page = visit("luru")
    page.goto(RECORD.format(3))
    listed = page.locator("[data-attachments-list] .file")
    said = page.locator("[data-upload-progress] li")

    hand_over(
        page,
        "drop",
        ("现场照片.jpg", "image/jpeg", files.photo()),
        ("通知.pdf", "application/pdf", files.PDF),
        ("台账.pdf", "application/pdf", files.image()),
    )
    expect(listed).to_have_count(2)
    expect(said.nth(2)).to_contain_text("“台账.pdf”的内容是PNG 图片，与扩展名 .pdf 不符")
    expect(page.locator("[data-attachments-total]")).to_have_text("2")
    preview = listed.first.locator("img")
    preview.scroll_into_view_if_needed()
    expect(preview).to_have_js_property("complete", True)
    assert preview.evaluate("image => image.naturalHeight") == 480

    hand_over(page, "paste", ("image.png", "image/png", files.image(color="blue")))
    expect(listed).to_have_count(3)
    expect(listed.last).to_contain_text(re.compile(r"粘贴图片 \d{4}-\d\d-\d\d \d{6}\.png"))

    page.get_by_label("说明").fill("送达回证")
    page.locator("#upload-files").set_input_files(
        {"name": "回证.pdf", "mimeType": "application/pdf", "buffer": files.PDF + b"4"}
    )
    expect(listed).to_have_count(4)
    expect(listed.last).to_contain_text("送达回证")

    page.locator("#upload-files").set_input_files(
        {"name": "又一份.pdf", "mimeType": "application/pdf", "buffer": files.PDF}
    )
    expect(said.first).to_contain_text("已有相同文件“通知.pdf”")
    expect(listed).to_have_count(4)
    page.reload()
    expect(listed).to_have_count(4)


def test_text_pasted_into_a_field_stays_text(visit):
    page = visit("luru")
    page.goto(RECORD.format(4))
    page.get_by_label("说明").focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "image.png", { type: "image/png" }));
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
            );
        }"""
    )
    page.wait_for_timeout(300)
    expect(page.locator("[data-upload-progress] li")).to_have_count(0)


def test_a_new_version_replaces_the_old_one_which_remains(visit):
    page = visit("luru")
    page.goto(RECORD.format(5))
    hand_over(page, "drop", ("方案.pdf", "application/pdf", files.PDF + b"5"))
    item = page.locator("[data-attachments-list] .file")
    item.get_by_role("link", name=re.compile("新版本")).click()
    page.locator("#upload-files").set_input_files(
        {"name": "方案（修订）.pdf", "mimeType": "application/pdf", "buffer": files.PDF + b"6"}
    )
    expect(page.locator("[data-upload-progress] li")).to_contain_text("已上传：方案（修订）.pdf")
    page.get_by_role("link", name="返回记录").click()
    expect(item).to_contain_text("第 2 版")
    item.get_by_text("以前的版本 1 个").click()
    expect(item.get_by_role("link", name="第 1 版 方案.pdf")).to_be_visible()


def test_without_scripts_the_form_uploads_too(visit):
    page = visit("luru", java_script_enabled=False)
    page.goto(RECORD.format(6))
    page.locator("#upload-files").set_input_files(
        [
            {"name": "甲.pdf", "mimeType": "application/pdf", "buffer": files.PDF + b"7"},
            {"name": "乙.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"},
        ]
    )
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("“乙.svg”的内容是网页或 SVG 代码")
    expect(page.locator(".file")).to_have_count(1)


def test_a_phone_takes_photos_under_the_thumb(visit):
    page = visit("luru", **PHONE)
    page.goto(RECORD.format(7))
    bar = page.get_by_role("navigation", name="本页内容")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == 844  # at the lower edge, in reach of the thumb
    bar.get_by_role("link", name="附件").click()
    camera = page.locator("input[capture=environment]")
    assert camera.get_attribute("accept") == "image/*"
    camera.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": files.photo()})
    expect(page.locator("[data-attachments-list] .file")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_click_opens_the_print_dialogue_once(visit):
    page = visit("luru")
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    page.goto(RECORD.format(8))
    page.get_by_role("link", name="打印", exact=True).click()
    page.wait_for_url("**/print/")
    assert page.evaluate("window.printed") == 1
    page.reload()
    page.wait_for_load_state("load")
    assert page.evaluate("window.printed") == 0
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("window.printed") == 1
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
