"""A clerk pastes a block and mends it in place; a file goes in, is applied and taken back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .steps import Worker

pytestmark = pytest.mark.browser

HEADS = [
    "演练名称",
    "层级",
    "演练类型",
    "演练日期",
    "参演人数",
    "用时（分钟）",
    "评估结论",
    "所属单位",
]
UNIT = "学校安全管理科"
PLANTED = {
    (3, 1): "区级",
    (20, 3): "2023-02-30",
    (41, 4): "很多",
    (77, 5): "半小时左右",
    (120, 6): "优秀",
    (150, 0): "",
    (199, 7): "没有这个科",
}
"""Seven errors: row from 0, column from 0 → what stands there."""
MENDED = {
    (3, 1): "市级",
    (20, 3): "2023年2月28日",
    (41, 4): "90",
    (77, 5): "30",
    (120, 6): "达到预期",
    (150, 0): "浏览器演练150",
    (199, 7): UNIT,
}


def good_row(number: int) -> list[str]:
    name = f"浏览器演练{number}"
    return [name, "市级", "综合", "2023-05-06", "120", "15", "达到预期", UNIT]


def block() -> str:
    rows = [good_row(number) for number in range(200)]
    for (row, column), text in PLANTED.items():
        rows[row][column] = text
    return "\n".join("\t".join(row) for row in [HEADS, *rows])


def figure(page: Page, label: str) -> Any:
    """The number of a kind of rows on the preview."""
    tile = page.locator(".import-figures > div", has=page.get_by_text(label, exact=True))
    return tile.locator("dd")


@pytest.fixture
def worker(portal: Any) -> Any:
    found = Worker(portal)
    found.start()
    yield found
    found.stop()


def confirm(page: Page) -> None:
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("heading", name="导入结果")).to_be_visible(timeout=60_000)


def test_200_pasted_rows_with_7_errors_are_mended_in_the_grid(visit: Any, worker: Any) -> None:
    page = visit("fazhi")
    page.goto("/schools/drill/")
    page.get_by_role("link", name="导入", exact=True).click()
    page.get_by_role("link", name="粘贴导入").click()
    page.get_by_label("粘贴的内容").fill(block())
    page.get_by_role("button", name="核对").click()
    expect(figure(page, "有误")).to_have_text("7")
    expect(page.locator("td.grid__bad")).to_have_count(7)
    for (row, column), text in MENDED.items():
        cell = page.locator(".paste-grid tbody tr").nth(row).locator("[data-grid-cell]").nth(column)
        cell.fill(text)
    page.get_by_role("button", name="重新核对").click()
    expect(figure(page, "有误")).to_have_text("0")
    expect(figure(page, "新增")).to_have_text("200")
    confirm(page)
    page.goto("/schools/drill/?q=浏览器演练&since=2023-02-28&until=2023-02-28")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_file_is_previewed_applied_and_taken_back(visit: Any, worker: Any) -> None:
    page = visit("fazhi")
    page.goto("/schools/drill/import/")
    rows = [
        HEADS,
        *[
            [f"撤回的{cell}" if i == 0 else cell for i, cell in enumerate(good_row(n))]
            for n in range(3)
        ],
    ]
    data = "\n".join(",".join(row) for row in rows).encode("gb18030")
    page.get_by_label("xlsx 或 csv 文件").set_input_files(
        {"name": "演练.csv", "mimeType": "text/csv", "buffer": data}
    )
    page.get_by_role("button", name="上传并核对").click()
    expect(figure(page, "新增")).to_have_text("3")
    expect(page.get_by_role("heading", name="新增（3 条）")).to_be_visible()
    confirm(page)
    address = page.url
    page.goto("/schools/drill/?q=撤回的浏览器")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.goto(address)
    page.get_by_role("button", name="撤回本次导入").click()
    expect(page.locator(".messages")).to_contain_text("已撤回：删除新增的3条")
    page.goto("/schools/drill/?q=撤回的浏览器")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_without_scripts_the_block_is_corrected_as_text(visit: Any) -> None:
    page = visit("fazhi", java_script_enabled=False)
    page.goto("/schools/drill/import/paste/")
    lines = block().splitlines()[:6]
    page.get_by_label("粘贴的内容").fill("\n".join(lines))
    page.get_by_role("button", name="核对").click()
    expect(page.locator(".grid__why")).to_have_count(1)
    page.get_by_text("以文本方式修改").click()
    text = page.get_by_label(re.compile("表格内容"))
    text.fill(text.input_value().replace("区级", "市级"))
    page.get_by_role("button", name="重新核对").click()
    expect(figure(page, "有误")).to_have_text("0")
