"""What the teacher lets happen, says and sets, and what the teacher's pages show."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest

from sim.classroom.forecast.jobs import JobQueue
from sim.classroom.game import log_entries as entries
from sim.classroom.game.permissions import validate
from sim.classroom.storage import begin_session
from tests.fixtures.browser import form_to
from tests.fixtures.scenarios import changed, scenario
from tests.fixtures.teacher_room import MARKUP, SECRET, TOLD, Desk
from tests.fixtures.web_room import CODE

# -- what happens, and what is said --------------------------------------------------------


def test_an_event_of_the_scenario_happens_at_all_tables(desk: Desk) -> None:
    desk.open(1)
    told = desk.send("inject", do="event", table="all", event="storm")
    assert told == "“a storm” happens at table 1 in round 1 and table 2 in round 1."
    assert desk.table(1).events(1) == ("storm",)
    told = desk.send("inject", do="event", table="1", event="storm")
    assert "it happens in this round already" in told
    assert "no event 'quake'" in desk.send("inject", do="event", table="1", event="quake")


def test_an_event_that_happens_once_is_not_let_happen_again(desk: Desk) -> None:
    desk.open()
    desk.send("inject", do="event", table="1", event="storm")
    desk.close()
    told = desk.send("inject", do="event", table="all", event="storm")
    assert told.startswith("“a storm” happens at table 2 in round 1. Not done at table 1:")
    assert "it happened in round 1, and can happen only once" in told
    assert not desk.table().coming_events()
    # Where that round is taken back, it happens in it, as it was let.
    desk.room.accept(entries.Undone(at=1, table=1))
    assert desk.table().events(1) == ("storm",)


def test_one_that_repeats_is(tmp_path: Path) -> None:
    again = changed(TOLD, events__storm__repeats=True)
    desk = Desk(tmp_path, scenario(again)).let_in()
    for round in (1, 2):
        told = desk.send("inject", do="event", table="1", event="storm")
        assert told == f"“a storm” happens at table 1 in round {round}."
        desk.open()
        desk.close()
        assert desk.table().events(round) == ("storm",)


def test_what_is_made_up_and_pressed_twice_happens_once(desk: Desk) -> None:
    fields = {"name": "Shots", "quantity__1": "tension of north and south", "amount__1": "0.1"}
    for table in ("1", "all"):
        told = desk.send("inject", do="made", table=table, **fields)
    assert told == (
        "“Shots” happens at table 2 in round 1. "
        "Not done at table 1: it happens in this round already."
    )
    assert [len(desk.table(n).adhoc_events) for n in (1, 2)] == [1, 1]
    desk.send("inject", do="made", table="1", **{**fields, "amount__1": "0.2"})
    assert len(desk.table(1).adhoc_events) == 2


@pytest.mark.parametrize(
    "fields", [{"table": "all"}, {"table": "all", "to": "north"}, {"table": "2"}]
)
def test_what_a_teacher_says_and_presses_twice_is_said_once(
    desk: Desk, fields: dict[str, str]
) -> None:
    form = form_to(desk.look().text, "/teacher/say")
    assert form is not None
    written = form.first("written")
    assert written == "0"
    told = {desk.send("say", text="Five minutes.", written=written, **fields) for _ in range(2)}
    assert len(told) == 1
    said = len(desk.room.session.messages)
    assert said == (2 if fields.get("to") else 1)
    again = form_to(desk.look().text, "/teacher/say")
    assert again is not None
    desk.send("say", text="Five minutes.", written=again.first("written"), **fields)
    assert len(desk.room.session.messages) == 2 * said


def test_an_event_is_made_up_with_what_it_changes(desk: Desk) -> None:
    desk.open()
    before = desk.table().value("affinity", "north", "south")
    fields = {
        "name": MARKUP, "quantity__1": "affinity of north and south", "amount__1": "−0,25",
        "quantity__2": "", "amount__2": "", "quantity__3": "", "amount__3": "",
    }  # fmt: skip
    told = desk.send("inject", do="made", table="1", **fields)
    assert "happens at table 1 in round 1" in told
    assert desk.table().value("affinity", "north", "south") < before - 0.1
    for path in ("/teacher/table/1", "/teacher/projector/1", "/teacher"):
        page = desk.look(path).text
        assert "<img" not in page
    assert "&lt;img src=x" in desk.look("/teacher/table/1").text


@pytest.mark.parametrize(
    ("quantity", "amount", "said"),
    [
        ("affinity of north and south", "much", "'much' is no number"),
        ("affinity of north and south", "7", "cannot change by 7"),
        ("affinity of north and nobody", "0.1", "there is no quantity"),
        ("position of north on border", "1", "there is no quantity"),
        ("x" * 200, "1", "choose a quantity of the list"),
    ],
)
def test_what_cannot_be_changed_is_refused(
    desk: Desk, quantity: str, amount: str, said: str
) -> None:
    desk.open()
    fields = {"quantity__1": quantity, "amount__1": amount}
    assert said in desk.send("inject", do="made", table="1", name="a rumour", **fields)
    assert not desk.table().adhoc_events


def test_every_quantity_of_the_list_can_be_changed(desk: Desk) -> None:
    desk.open()
    page = desk.look().text
    listed = re.search(r'<select id="quantity-1".*?</select>', page, re.DOTALL)
    assert listed is not None
    phrases = [unescape(one) for one in re.findall(r'value="([^"]+)"', listed[0])]
    assert len(phrases) == 11
    for phrase in phrases:
        at = desk.room.session.table(1).coming
        entry = entries.Injected(at=1, table=1, round=at, name="it", changes={phrase: 0.01})
        validate(entry, desk.room.session)


def test_a_message_reaches_whom_it_is_for(desk: Desk) -> None:
    north, south = desk.seat("Anna", "north"), desk.seat("Boris", "south")
    other = desk.seat("Chen", "north", table=2)
    assert desk.send("say", table="1", to="north", text="Only you") == ("Sent to North at table 1.")
    desk.send("say", table="all", to="south", text="All souths")
    desk.send("say", table="all", text=MARKUP)
    pages = {name: desk.get("/seat", token).text
             for name, token in (("north", north), ("south", south), ("other", other))}  # fmt: skip
    assert {name for name, page in pages.items() if "Only you" in page} == {"north"}
    assert {name for name, page in pages.items() if "All souths" in page} == {"south"}
    assert all("&lt;img src=x" in page and "<img" not in page for page in pages.values())
    assert "write something first" in desk.send("say", table="all", text=" ")
    assert "1000 signs at most" in desk.send("say", table="all", text="x" * 1001)
    assert "there is no such seat" in desk.send("say", table="1", to="nobody", text="x")


# -- settings ------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["doors", "flow", "forecast", "debrief"])
def test_settings_are_switched(desk: Desk, rule: str) -> None:
    before = getattr(desk.room.session.settings, rule)
    for wanted in (not before, before):
        desk.send("rules", rule=rule, to="yes" if wanted else "no")
        assert getattr(desk.room.session.settings, rule) is wanted


def test_no_other_setting_can_be_sent(desk: Desk) -> None:
    assert "no such setting" in desk.send("rules", rule="at", to="yes")
    assert "no such button" in desk.send("do", do="format", table="1")


def test_a_table_is_added(desk: Desk) -> None:
    assert desk.send("tables") == "There is a table 3 now."
    assert "Table 3" in desk.look().text


# -- what is shown ---------------------------------------------------------------------------


def test_the_tables_page_shows_choices_answers_and_secrets(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    desk.open()
    levers = desk.table().levers("north", "south", "words")
    lever = next(key for key, open_ in levers.items() if open_)
    desk.post("/order", token, round=1, words__south=lever)
    page = desk.look("/teacher/table/1").text
    name = desk.table().compiled.description.levers[lever].name
    assert f"toward South: {name}" in unescape(page)
    assert SECRET in page
    assert desk.look("/teacher/table/9").status_code == 404


def test_the_projector_shows_nothing_secret(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    desk.room.accept(entries.Said(at=1, participant="id-Anna", table=1, to=("south",), text="psst"))
    before = desk.look("/teacher/projector/1").text
    assert CODE in before
    assert "<svg" in before
    assert "Anna" in before
    desk.open()
    levers = desk.table().levers("north", "south", "words")
    lever = next(key for key, open_ in levers.items() if open_)
    walls = []
    for chosen in (lever, ""):
        desk.post("/order", token, round=1, words__south=chosen)
        walls.append(desk.look("/teacher/projector/1").text)
    assert "✓ chosen" in walls[0]
    for text in (SECRET, "psst"):
        assert text not in walls[0]
    # Whatever was chosen, the wall is the same.
    bare = [re.sub(r' data-version="[^"]+"', "", wall) for wall in walls]
    assert bare[0] == bare[1]


def test_refused_proposals_are_told_to_the_teacher_and_not_on_the_wall(desk: Desk) -> None:
    for name, actor in (("Anna", "north"), ("Boris", "south")):
        desk.seat(name, actor)
    for _ in range(8):
        desk.open()
        described = desk.table().compiled.description
        asking = [
            key for key, open_ in desk.table().levers("north", "south", "words").items()
            if open_ and described.levers[key].consent
        ]  # fmt: skip
        desk.room.accept(
            entries.Ordered(at=1, participant="id-Anna", table=1, round=desk.table().round,
                       moves={"south": {"words": asking[0]}})
        )  # fmt: skip
        desk.close()
        if desk.table().phase == "answering":
            break
        desk.close()
    assert desk.table().phase == "answering"
    desk.close()
    secret, wall = (desk.look(f"/teacher/{page}/1").text for page in ("table", "projector"))
    assert 'class="refused' in secret
    assert 'class="refused' not in wall


def test_the_role_briefs_of_all_seats_are_printed(desk: Desk) -> None:
    page = desk.look("/teacher/briefs").text
    assert page.count('class="sheet"') == len(scenario(TOLD).description.actors)
    assert SECRET in page


def test_sessions_are_listed_begun_and_picked_up(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    told = desk.send("sessions", do="new", tables="1")
    assert told.startswith("Session 2 has begun")
    assert desk.room.recorder.number == 2
    assert desk.get("/seat", token).status_code == 303
    assert "is open" in desk.look("/teacher/sessions").text
    assert desk.send("sessions", do="open", session="1").startswith("Session 1 goes on.")
    assert "Anna" in desk.get("/seat", token).text
    assert "there is no session 9" in desk.send("sessions", do="open", session="9")


def _round(desk: Desk) -> None:
    desk.open()
    desk.close()
    if desk.room.session.tables[0].phase == "answering":
        desk.close()


def test_a_session_branches_off_another_with_its_people_and_their_choices(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    for _ in range(3):
        _round(desk)
    before = desk.room.session.tables[0]
    assert desk.send("sessions", do="branch", round="1").startswith("Session 2 has begun")
    branched = desk.room.session.tables[0]
    assert (branched.round, branched.phase) == (1, "closed")
    assert branched.moves == {turn: lever for turn, lever in before.moves.items() if turn[0] == 1}
    assert "Anna" in desk.get("/seat", token).text
    _round(desk)
    assert list(branched.acts(2)) == list(before.acts(2))
    assert desk.send("sessions", do="open", session="1").startswith("Session 1 goes on.")
    assert desk.room.session.tables[0].round == 3
    assert desk.send("sessions", do="branch", round="0").startswith("Session 3 has begun")
    assert desk.room.session.tables[0].phase == "waiting"


def test_a_rehearsal_says_so_in_its_title(tmp_path: Path, desk: Desk) -> None:
    begun = begin_session(desk.store, scenario(TOLD), 1.0, rehearsal=True)
    assert begun.session.scenario.description.title.endswith("(rehearsal)")
    assert desk.store.sessions()[0].title.endswith("(rehearsal)")
    assert begun.session.scenario.reference is begun.session.scenario.description
    again = begin_session(desk.store, begun.session.scenario, 2.0)
    assert again.session.scenario.description.title == "Two neighbours and a border"


def test_the_debrief_is_shown_kept_and_packed(desk: Desk) -> None:
    token = desk.seat("Anna", "north")
    with JobQueue() as background:
        desk.room.work_with(background)
        desk.open()
        desk.close()
        for path in ("/teacher/debrief", "/teacher/debrief/1", "/teacher/debrief/page"):
            assert desk.look(path).status_code == 200
        page = desk.look("/teacher/debrief/page?names=no&file=yes&table=1")
        assert page.headers["content-disposition"] == 'attachment; filename="sample-1-debrief.html"'
        assert "Anna" not in page.text
        policy = page.headers["content-security-policy"]
        scripts = policy.partition("script-src ")[2].partition(";")[0].split()
        assert scripts
        assert all(one.startswith("'sha256-") for one in scripts)
        packed = desk.look("/teacher/export.zip").content
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert "students.csv" in archive.namelist()
        refused = desk.get("/debrief", token)
        assert refused.status_code == 409
        assert "your teacher has not opened the debrief yet" in unescape(refused.text).lower()
        assert desk.get("/debrief").headers["location"] == "/"
        desk.send("rules", rule="debrief", to="yes")
        assert "Debrief" in desk.get("/debrief", token).text


def test_the_forecast_is_on_the_tables_page_and_on_the_wall_when_all_may_see_it(
    desk: Desk,
) -> None:
    with JobQueue() as background:
        desk.room.work_with(background)
        desk.open()
        assert "working…" in desk.look("/teacher/table/1").text
        assert background.wait(30)
        page = desk.look("/teacher/table/1").text
        assert "1,000 futures of the model" in page
        drawn = page.count('<figure class="fan">')
        assert drawn == len(desk.table().compiled.description.outcomes)
        assert "futures of the model" not in desk.look("/teacher/projector/1").text
        desk.send("rules", rule="forecast", to="yes")
        assert desk.look("/teacher/projector/1").text.count('<figure class="fan">') == drawn


def test_the_console_shows_the_messages_of_all_tables(desk: Desk) -> None:
    for table, name in ((1, "Anna"), (2, "Bo")):
        desk.post("/say", desk.seat(name, "north", table), text=f"Hello from {name}", to="south")
    desk.send("say", table="all", text="Hello from me")
    page = desk.look().text
    for table, name in ((1, "Anna"), (2, "Bo")):
        assert re.search(
            rf'data-nth="{table}"><p class="note">'
            rf'<a href="/teacher/table/{table}">Table {table}</a>: '
            rf"<b>North \({name}\)</b> to South",
            page,
        )
    assert page.count("data-nth=") == 2, "the teacher's own are not new"
    assert 'data-heard="2"' in page
    assert "Hello from Bo" not in desk.look("/teacher/table/1").text


def test_the_code_is_on_the_wall_during_the_game_while_the_doors_are_open(desk: Desk) -> None:
    def come() -> list[tuple[str, bool]]:
        """How both walls show it, and whether they hide it."""
        pattern = rf'(?s)id="come".*? class="([a-z ]+)"[^>]*?( hidden)?>.*?typed code">{CODE}<'
        pages = [desk.look(f"/teacher/projector{path}").text for path in ("/1", "")]
        found = [re.search(pattern, page) for page in pages]
        return [(one[1], bool(one[2])) for one in found if one is not None]

    assert come() == [("come", False)] * 2
    desk.open(1)
    assert come() == [("come strip", False), ("come", False)]
    desk.open(2)
    assert come() == [("come strip", False)] * 2
    desk.send("rules", rule="doors", to="no")
    assert come() == [("come strip", True)] * 2
