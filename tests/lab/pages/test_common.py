"""The lab's door, wall, bench and keep pages, asked without a server."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from sim.errors import SimError
from sim.lab.lab import RATES, Lab
from sim.lab.pages import keep
from sim.scenario.loading import load_scenario
from tests.fixtures.lab_room import BASE, CODE, LabRoom, cookie, words

SOUTH = "actors.south.power"


# Coming in.


def test_nobody_sees_anything_before_coming_in(room: LabRoom) -> None:
    for path in ("/", "/keep", "/keep/report", "/keep/variant.yaml"):
        answer = room.get(path)
        assert (answer.status_code, "Come in" in answer.text) == (200, True), path
        assert "Two neighbours" not in answer.text
    for path in ("/bench/open", "/bench/change", "/bench/noted"):
        assert room.post(path, scenario="two-neighbours").status_code == 403
    told = room.get("/bench", accept="application/json")
    assert told.status_code == 403
    assert told.json()["error"]
    assert not (room.store / "benches").exists()


def test_the_key_opens_the_owners_bench_and_the_code_one_of_ones_own(room: LabRoom) -> None:
    first, second, owner, tablet = (
        room.enter(),
        room.enter(CODE.lower()),
        room.owner(),
        room.owner(),
    )
    for who, value in ((first, "2"), (second, "3"), (owner, "4")):
        room.post("/bench/open", who, scenario="two-neighbours")
        room.post("/bench/change", who, path=SOUTH, value=value)
    values = [room.state(one)["changes"][0]["value"] for one in (first, second, owner, tablet)]
    assert values == ["2", "3", "4", "4"]


def test_a_device_is_known_after_the_lab_was_started_again(room: LabRoom) -> None:
    who, owner = room.enter(), room.owner()
    room.post("/bench/open", who, scenario="two-neighbours")
    room.restart()
    assert room.state(who)["scenario"] == "two-neighbours"
    assert room.state(owner)["scenario"] == ""


@pytest.mark.parametrize("made", ["", "x", "o.", "v" + "x" * 43, "ofoo.0000", "\u00e9.\u00e9"])
def test_a_made_up_cookie_lets_nobody_in(room: LabRoom, made: str) -> None:
    assert (
        room.get("/bench", f"entente-lab={quote(made)}").headers["content-type"][:9] == "text/html"
    )


def test_a_visitors_cookie_cannot_be_turned_into_the_owners(room: LabRoom) -> None:
    name, _, value = room.enter().partition("=")
    room.owner()
    forged = f"{name}=o{value[1:]}"
    assert "Come in" in room.get("/", forged).text


def test_wrong_codes_are_counted_and_a_right_one_opens_all_the_same(room: LabRoom) -> None:
    for _ in range(RATES["wrong"].most):
        answer = room.post("/enter", key="ZZZZ")
        assert answer.status_code == 409
        assert "not the code" in words(answer.text)
    assert room.post("/enter", key="ZZZZ").status_code == 429
    assert room.post("/enter", key=CODE).status_code == 303
    for _ in range(4 * RATES["guesses"].most):
        room.clock.now += 6
        room.post("/enter", key="ZZZZ")
    assert room.post("/enter", key=CODE).status_code == 429
    assert room.post("/enter", key=room.lab.door.key).status_code == 303


def test_a_key_for_one_time_opens_once(room: LabRoom) -> None:
    key = room.lab.door.once()
    assert room.state(room.enter(key)) == room.state(room.owner())
    assert room.post("/enter", key=key).status_code == 409


def test_without_a_code_the_key_alone_opens(tmp_path: Path) -> None:
    room = LabRoom(tmp_path, code="")
    for key in ("", CODE, "x"):
        answer = room.post("/enter", key=key)
        assert answer.status_code == 409
        assert "stands in the terminal" in words(answer.text)
    assert room.owner()
    room.lab.close()


def test_after_the_door_one_goes_on_to_pages_of_the_lab_alone(room: LabRoom) -> None:
    assert 'value="/keep?file"' in room.get("/keep?file").text
    for then in ("/keep?file", "/open#1.abc", "/", "/build/north"):
        assert room.post("/enter", key=CODE, then=then).headers["location"] == then
    for then in ("//elsewhere", "http://elsewhere", "/\\elsewhere", "elsewhere", "/a\nb", ""):
        assert room.post("/enter", key=CODE, then=then).headers["location"] == "/"


def test_a_class_behind_one_address_comes_in_and_works(room: LabRoom) -> None:
    visitors = [room.enter() for _ in range(40)]
    for who in visitors:
        assert room.post("/bench/open", who, scenario="two-neighbours").status_code == 303
    for nth in range(20):
        for who in visitors[:5]:
            answer = room.ask("/bench/change", who, path=SOUTH, value=f"{1 + nth / 100}")
            assert answer.status_code == 200
    assert len({room.state(who)["revision"] for who in visitors[5:]}) == 1


def test_who_asks_all_the_time_is_told_to_wait_and_others_are_not(room: LabRoom) -> None:
    greedy, other = room.enter(), room.enter()
    statuses = [room.get("/bench", greedy).status_code for _ in range(RATES["visitor"].most + 1)]
    assert set(statuses[:-1]) == {200}
    assert statuses[-1] == 429
    assert room.get("/bench", other).status_code == 200


def test_two_programs_do_not_open_the_same_store(room: LabRoom) -> None:
    with pytest.raises(SimError, match=r"another lab has .* open"):
        Lab(room.store)


# The wall.


def test_the_wall_shows_own_files_beside_shipped_ones_and_faults_instead_of_a_crash(
    room: LabRoom,
) -> None:
    good = "extends: two-neighbours\ntitle: A <b>bold</b> south\nactors: {south: {power: 2}}\n"
    (room.folder / "good.yaml").write_text(good)
    (room.folder / "scenarios").mkdir()
    (room.folder / "scenarios" / "broken.yaml").write_text(good.replace("power: 2", "power: -2"))
    (room.folder / "torn.yaml").write_text("extends: two-neighbours\nactors: {south: [\n")
    (room.folder / "compose.yaml").write_text("services: {web: {image: x}}\n")
    (room.folder / "no.yaml").write_text("just: [a, list\n")
    (room.folder / "deep.yaml").write_text("[" * 5000)
    (room.folder / "bytes.yaml").write_bytes(b"\xff\xfe\x00actors")
    text = room.get("/", room.enter()).text
    page = words(text)
    assert "A <b>bold</b> south" in page
    assert "<b>bold" not in text
    assert "-2 is out of range" in page
    assert "broken.yaml:3:" in page
    assert "this is not YAML" in page
    assert str(room.folder) not in page
    for other in ("services", "compose", "no.yaml", "deep.yaml", "bytes"):
        assert other not in page
    for title in ("Two neighbours and a valley", "Crimea and after"):
        assert title in page


def test_a_file_that_changed_meanwhile_is_read_again(room: LabRoom) -> None:
    who, file = room.enter(), room.folder / "mine.yaml"
    file.write_text("extends: two-neighbours\ntitle: First\n")
    assert "First" in room.get("/", who).text
    file.write_text("extends: two-neighbours\ntitle: Second\nrounds: 4\n")
    page = words(room.get("/", who).text)
    assert "First" not in page
    assert "1 fault" in page
    assert room.post("/bench/open", who, scenario="mine.yaml").status_code == 409
    file.unlink()
    assert "mine.yaml" not in room.get("/", who).text
    answer = room.post("/bench/open", who, scenario="mine.yaml")
    assert "there is no scenario 'mine.yaml'" in words(answer.text).lower()


def test_a_file_is_read_again_when_the_one_that_it_extends_has_changed(room: LabRoom) -> None:
    who, base = room.enter(), room.folder / "base.yaml"
    base.write_text("extends: two-neighbours\ntitle: Base\nactors: {south: {power: 2}}\n")
    (room.folder / "over.yaml").write_text("extends: base\ntitle: Over\n")
    assert "Over" in room.get("/", who).text
    base.write_text("extends: two-neighbours\ntitle: Base\nactors: {south: {power: -2}}\n")
    page = words(room.get("/", who).text)
    assert page.count("-2 is out of range") == 2
    assert room.post("/bench/open", who, scenario="over.yaml").status_code == 409


def test_files_with_odd_names_are_opened_by_them(room: LabRoom) -> None:
    who = room.enter()
    (room.folder / "scenarios").mkdir()
    for name in ("my own file.yaml", "scenarios/\u00e9t\u00e9 2.yml", "scenarios/a&b.yaml"):
        (room.folder / name).write_text("extends: two-neighbours\ntitle: Odd\n")
        assert room.post("/bench/open", who, scenario=name).status_code == 303, name
        assert room.get("/keep", who).status_code == 200


@pytest.mark.parametrize(
    "name", ["", "nobody", "../pyproject.toml", "/etc/passwd", "draft:../x", "draft:/etc/passwd",
             "sources", "scenarios/../x.yaml", "../kept/x.yaml", "..", "x\0.yaml", "/", "a" * 5000],
)  # fmt: skip
def test_nothing_but_what_the_wall_shows_can_be_opened(room: LabRoom, name: str) -> None:
    who = room.enter()
    (room.folder / "x.yaml").write_text("extends: two-neighbours\ntitle: X\n")
    assert room.post("/bench/open", who, scenario=name).status_code == 409
    assert room.state(who)["scenario"] == ""


def test_a_scenario_that_is_gone_is_said_to_be_so_and_the_bench_goes_on(room: LabRoom) -> None:
    who, file = room.enter(), room.folder / "mine.yaml"
    file.write_text("extends: two-neighbours\ntitle: Mine\n")
    room.post("/bench/open", who, scenario="mine.yaml")
    room.post("/bench/change", who, path=SOUTH, value="2")
    file.unlink()
    assert room.get("/", who).status_code == 200
    answer = room.get("/keep", who)
    assert answer.status_code == 422
    assert "mine.yaml" in words(answer.text)
    file.write_text("extends: two-neighbours\ntitle: Mine\n")
    assert room.state(who)["changes"][0]["value"] == "2"


def test_drafts_are_shown_to_their_visitor_alone(room: LabRoom) -> None:
    mine, other = room.enter(), room.enter()
    room.post("/bench/open", mine, scenario="two-neighbours")
    (bench,) = room.lab.benches()
    bench.keep_draft("valley", "extends: two-neighbours\ntitle: A valley of my own\n")
    assert "A valley of my own" in room.get("/", mine).text
    assert "A valley of my own" not in room.get("/", other).text
    assert room.post("/bench/open", other, scenario="draft:valley").status_code == 409
    assert room.post("/bench/open", mine, scenario="draft:valley").status_code == 303
    assert room.state(mine)["title"] == "A valley of my own"


def test_small_fans_come_as_they_are_drawn_each_with_words(room: LabRoom) -> None:
    who = room.enter()
    told = room.get("/wall/sparks", who, accept="application/json").json()
    while told["waiting"]:
        room.lab.work.ask("test", "pause", 0, lambda _: None).result()
        room.clock.now += 1
        told = room.get("/wall/sparks", who, accept="application/json").json()
    drawn = told["sparks"]["two-neighbours"]
    assert len(drawn) == 2
    for one in drawn:
        assert one["svg"].startswith("<svg ")
        assert one["title"] in one["said"]
        assert "in the middle of 100\u00a0runs" in one["said"]
    assert set(told["sparks"]) >= {"crimea-2014", "yamaguchi-2016"}


# The bench, and two tabs of it.


def test_text_that_no_file_can_hold_is_refused_and_changes_nothing(room: LabRoom) -> None:
    who = room.enter()
    room.ask("/bench/open", who, scenario="two-neighbours")
    before = room.state(who)
    for fields in ({"name": "\ud800"}, {"\ud800": "name"}):
        answer = room.client.post(
            "/bench/pin",
            content=json.dumps(fields),
            headers={"origin": BASE, "content-type": "application/json", "cookie": who},
        )
        assert answer.status_code == 400
    assert room.state(who) == before


def test_a_change_of_an_old_tab_is_taken_and_an_undo_of_it_is_not(room: LabRoom) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    old = room.state(who)["revision"]
    first = room.ask("/bench/change", who, path=SOUTH, value="2", revision=old).json()
    second = room.ask("/bench/change", who, path="seed", value="8", revision=old).json()
    assert [one["path"] for one in second["changes"]] == [SOUTH, "seed"]
    stale = room.ask("/bench/undo", who, revision=first["revision"]).json()
    assert stale["stale"]
    assert [one["path"] for one in stale["changes"]] == [SOUTH, "seed"]
    fresh = room.ask("/bench/undo", who, revision=second["revision"]).json()
    assert not fresh["stale"]
    assert [one["path"] for one in fresh["changes"]] == [SOUTH]


def test_a_value_out_of_range_is_told_with_what_is_allowed(room: LabRoom) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    answer = room.ask("/bench/change", who, path="actors.south.patience", value=40)
    told = answer.json()
    assert answer.status_code == 422
    assert told["error"] == (
        "actors.south.patience: 40 is out of range: write a number from 0 to 0.99"
    )
    assert told["faults"][0]["place"] == "actors.south.patience"
    page = room.post("/bench/change", who, path="actors.south.patience", value="40")
    assert "Write a number from 0 to 0.99." in words(page.text)
    assert room.state(who)["changes"] == []


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"path": {"a": 1}, "value": "1"}', '{"path": "x"}', "[" * 100_000]
)
def test_what_is_no_form_is_refused(room: LabRoom, body: str) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    headers = {"origin": BASE, "accept": "application/json", "content-type": "application/json"}
    answer = room.client.post("/bench/change", content=body, headers=headers | {"cookie": who})
    assert answer.status_code == 400


def test_variants_are_pinned_taken_up_and_unpinned(room: LabRoom) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    room.ask("/bench/change", who, path=SOUTH, value="2")
    room.ask("/bench/pin", who, name="Strong")
    room.ask("/bench/reset", who)
    told = room.ask("/bench/pin", who).json()
    assert [one["name"] for one in told["pinned"]] == ["Strong", "Variant 1"]
    assert told["changes"] == []
    told = room.ask("/bench/take", who, number=0).json()
    assert [one["value"] for one in told["changes"]] == ["2"]
    told = room.ask("/bench/unpin", who, number=0).json()
    assert [one["name"] for one in told["pinned"]] == ["Variant 1"]
    assert room.ask("/bench/unpin", who, number="one").status_code == 400
    told = room.ask("/bench/reset", who, paths=f"{SOUTH}\nseed").json()
    assert told["changes"] == []


def test_a_note_about_the_bench_is_shown_until_it_was_read(room: LabRoom) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    (bench,) = room.lab.benches()
    (bench.path / "bench.json").write_text("{")
    room.restart()
    assert "is set aside as" in room.get("/", who).text
    assert "is set aside as" in room.get("/", who).text
    room.post("/bench/noted", who, then="/")
    assert "is set aside as" not in room.get("/", who).text


# What is kept.


def test_the_file_and_the_archive_give_the_same_scenario_elsewhere(
    room: LabRoom, tmp_path: Path
) -> None:
    who = room.enter()
    room.post("/bench/open", who, scenario="yamaguchi-2016")
    room.ask("/bench/change", who, path="actors.japan.patience", value="0.5")
    room.ask("/bench/change", who, path="calendar.rounds", value="7")
    digest = room.lab.benches()[0].variant.digest()
    answer = room.get("/keep/variant.yaml", who)
    assert 'filename="yamaguchi-2016-changed.yaml"' in answer.headers["content-disposition"]
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "mine.yaml").write_bytes(answer.content)
    assert load_scenario(tmp_path / "one" / "mine.yaml").sha256 == digest
    assert len(answer.text.splitlines()) < 12
    packed = room.get("/keep/files.zip", who).content
    assert packed == room.get("/keep/files.zip", who).content
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path / "all")
    found = load_scenario(tmp_path / "all" / "yamaguchi-2016-changed.yaml")
    assert found.sha256 == digest
    assert all((tmp_path / "all" / one.name).is_file() for one in found.files)
    page = words(room.get("/keep", who).text)
    assert "2 changes" in page
    assert "looks: 0.93 → 0.5" in page


def test_the_report_is_made_and_shown_under_its_own_policy(
    room: LabRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "RUNS", 20)
    who = room.enter()
    room.post("/bench/open", who, scenario="two-neighbours")
    shown, kept = room.get("/keep/report", who), room.get("/keep/report?file", who)
    assert shown.text == kept.text
    assert "Two neighbours and a valley" in shown.text
    assert "script-src 'sha256-" in shown.headers["content-security-policy"]
    assert "content-disposition" not in shown.headers
    assert kept.headers["content-disposition"] == (
        'attachment; filename="two-neighbours-changed.html"'
    )


def test_without_an_open_scenario_pages_lead_to_the_wall(room: LabRoom) -> None:
    who = room.enter()
    for path in ("/keep",):
        answer = room.get(path, who)
        assert answer.status_code == 409
        assert "no scenario is open" in words(answer.text).lower()
    assert room.get("/keep/variant.yaml", who).status_code == 409
    assert json.loads(room.get("/bench", who).text)["scenario"] == ""
    assert cookie(room.get("/", who)) == ""
