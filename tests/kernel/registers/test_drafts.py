"""A draft takes anything that is still a form, and belongs to its author."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.http import Http404, QueryDict

from disclosures.models import Disclosure
from governance.models import Meeting
from kernel.records.errors import Conflict, Refused
from kernel.records.models import Event
from kernel.records.services import save_record
from kernel.registers import drafts
from kernel.registers.drafts import OtherWindow, drafts_of, find_draft, save_draft, typed
from kernel.registers.models import Draft
from kernel.registers.register import registry
from organization.models import StaffAccount, Unit
from tests.kernel import samples

MEETINGS = registry.for_model(Meeting)
NUMBER = "6f1c2f5e-4c61-4c39-9d1f-1d7a0f4f2a11"


def post(**values: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"draft": NUMBER} | values)
    return data


@pytest.mark.parametrize(
    "value", ["", "\x00null", "😀" * 50, "2023年5月", "'; DROP TABLE x; --", "<script>x</script>"]
)
def test_anything_typed_comes_back(value: str, clerk: Any) -> None:
    save_draft(clerk, MEETINGS, post(title=value))
    stored = Draft.objects.get(uuid=NUMBER)
    assert stored.data == {"title": [value.replace("\x00", "")]}


def test_what_was_typed_is_not_readable_in_the_database(clerk: Any) -> None:
    save_draft(clerk, MEETINGS, post(agenda="身份证号110101199003077070"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT data, title FROM registers_draft")
        assert "110101199003077070" not in str(cursor.fetchall())


def test_what_belongs_to_the_page_is_left_out() -> None:
    data = post(csrfmiddlewaretoken="x", action="draft", window="1", version="3", a="1")
    assert set(typed(data)) == {"version", "a"}


def test_too_much_is_refused_with_its_size(clerk: Any) -> None:
    with pytest.raises(Refused, match="超过 400 KB"):
        save_draft(clerk, MEETINGS, post(agenda="长" * 200_000))
    assert not Draft.objects.exists()


def test_there_is_an_end_to_drafts(clerk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 2)
    for _ in range(2):
        save_draft(clerk, MEETINGS, QueryDict())
    with pytest.raises(Refused, match="已有 2 份草稿"):
        save_draft(clerk, MEETINGS, QueryDict())
    assert drafts_of(clerk).count() == 2


def test_a_record_has_one_draft_per_person(unit: Unit, clerk: Any, chief: Any) -> None:
    record = samples.meeting(unit)
    for person in (clerk, chief, clerk):
        save_draft(person, MEETINGS, post(title="改"), record=record)
    assert Draft.objects.filter(object_id=record.pk).count() == 2
    assert find_draft(clerk, MEETINGS, record, None) == drafts_of(clerk).get()


def test_a_second_window_does_not_overwrite_the_first(clerk: Any) -> None:
    first = save_draft(clerk, MEETINGS, post(title="甲"), window="a", revision=0)
    again = save_draft(clerk, MEETINGS, post(title="甲乙"), window="a", revision=0)
    assert again.revision == first.revision + 1
    with pytest.raises(OtherWindow, match="另一个窗口"):
        save_draft(clerk, MEETINGS, post(title="丙"), window="b", revision=0)
    assert Draft.objects.get().data["title"] == ["甲乙"]
    kept = save_draft(clerk, MEETINGS, post(title="丙"), window="b", revision=again.revision)
    assert kept.data["title"] == ["丙"]


def test_a_number_serves_one_person_and_one_register(clerk: Any, chief: Any) -> None:
    save_draft(clerk, MEETINGS, post(title="甲"))
    for person, register in ((chief, MEETINGS), (clerk, registry.for_model(Disclosure))):
        with pytest.raises(Http404):
            save_draft(person, register, post(title="乙"))
        with pytest.raises(Http404):
            find_draft(person, register, None, NUMBER)
    with pytest.raises(Http404):
        find_draft(clerk, MEETINGS, None, "no-number")
    assert Draft.objects.get().data["title"] == ["甲"]


def test_the_title_of_a_draft_holds_no_personal_data(clerk: Any) -> None:
    petitions = registry.get("petitions.petition")
    typed_in = dict.fromkeys(petitions.personal, "顾晓晴13800001111")
    assert save_draft(clerk, petitions, post(**typed_in)).title == ""


def at_once(*acts: Any) -> list[Any]:
    """Run the acts in threads that begin together; what each of them gave or raised."""
    results: list[Any] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = acts[index]()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_saves_at_once_let_one_through(own_database: str) -> None:
    chief = StaffAccount.objects.get(username="kezhang")
    record = samples.meeting(chief.unit)

    def save(title: str) -> Any:
        mine = Meeting.objects.get(pk=record.pk)
        mine.title = title
        return save_record(mine, by=chief, expected_version=1)

    results = at_once(lambda: save("甲"), lambda: save("乙"))
    assert sorted(isinstance(result, Conflict) for result in results) == [False, True]
    stored = Meeting.objects.get(pk=record.pk)
    winner = next(result for result in results if not isinstance(result, Conflict))
    assert (stored.version, stored.title) == (2, winner.title)
    assert Event.objects.filter(object_id=record.pk, kind="changed").count() == 1


def test_two_autosaves_at_once_make_one_draft(own_database: str) -> None:
    clerk = StaffAccount.objects.get(username="luru")
    results = at_once(
        *(lambda n=n: save_draft(clerk, MEETINGS, post(title=str(n)), window="a") for n in range(4))
    )
    assert all(isinstance(result, Draft) for result in results), results
    assert Draft.objects.get(uuid=NUMBER).revision == 4
