"""Two people change one record at the same time; the second one chooses, nothing is lost."""

import pytest
from playwright.sync_api import expect

from .steps import enter_petition, status

pytestmark = pytest.mark.browser


def test_the_second_of_two_sees_both_sides_and_chooses(visit):
    clerk, chief = visit("luru"), visit("kezhang")
    record = enter_petition(clerk, "XF-BOTH-1")
    for page in (clerk, chief):
        page.goto(f"{record}edit/")
    chief.locator("#id_subject").fill("科室负责人改的事项")
    chief.locator("#id_purpose").select_option(label="建议意见")
    chief.get_by_role("button", name="提交审核").click()
    chief.wait_for_url(record)

    clerk.locator("#id_subject").fill("录入员改的事项")
    clerk.locator("#id_content").fill("录入员补充的内容。")
    clerk.get_by_role("button", name="提交审核").click()
    expect(clerk.get_by_role("alert")).to_contain_text("修改过本记录")
    subject = clerk.locator("tr", has=clerk.get_by_role("rowheader", name="标题"))
    expect(subject).to_contain_text("科室负责人改的事项")
    expect(subject).to_contain_text("录入员改的事项")
    expect(clerk.locator("[name=merge-purpose][value=theirs]")).to_be_checked()
    expect(clerk.locator("[name=merge-content][value=mine]")).to_be_checked()
    expect(clerk.locator("[name=merge-subject]:checked")).to_have_count(0)

    clerk.get_by_role("button", name="按所选内容保存").click()
    expect(clerk.get_by_role("alert")).to_contain_text("请先选择")
    clerk.locator("[name=merge-subject][value=mine]").check()
    clerk.get_by_role("button", name="按所选内容保存").click()
    clerk.wait_for_url(record)
    facts = clerk.locator("main")
    expect(facts).to_contain_text("录入员改的事项")
    expect(facts).to_contain_text("建议意见")
    expect(facts).to_contain_text("录入员补充的内容。")
    expect(status(clerk)).to_have_text("待审核")


def test_two_windows_of_one_person_do_not_overwrite_each_other(visit):
    page = visit("luru")
    record = enter_petition(page, "XF-BOTH-2")
    page.goto(f"{record}edit/")
    other = page.context.new_page()
    other.goto(f"{record}edit/")
    other.locator("#id_subject").fill("另一个窗口改的事项")
    other.get_by_role("button", name="提交审核").click()
    other.wait_for_url(record)
    page.locator("#id_subject").fill("这个窗口改的事项")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("alert")).to_contain_text("您在另一个窗口")
    expect(page.locator("main")).to_contain_text("另一个窗口改的事项")
    expect(page.locator("main")).to_contain_text("这个窗口改的事项")
