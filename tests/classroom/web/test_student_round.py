"""What students do in a round, and what they write: kept, refused in words, shown as text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sim.classroom.game import log_entries as entries
from tests.fixtures.browser import form_to
from tests.fixtures.scenarios import DUEL, QUARTET, changed, plain, scenario
from tests.fixtures.shipped import loaded
from tests.fixtures.web_room import School

MARKUP = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def test_a_page_without_script_comes_anew_unless_that_would_lose_choices(school: School) -> None:
    anna, watcher = school.seat("Anna", "north"), school.seat("Olga", None)
    again = '<meta http-equiv="refresh"'
    assert again in school.get("/seat", anna).text
    school.open()
    assert again not in school.get("/seat", anna).text
    assert again in school.get("/seat", watcher).text
    assert again not in school.get("/brief", anna).text


def test_a_choice_is_kept_over_a_restart_and_can_be_changed(school: School) -> None:
    token = school.seat("Anna", "north")
    school.open()
    assert "If you save nothing" in school.get("/seat", token).text
    assert school.post("/order", token, round="1", words__south="rebuke").status_code == 303
    school.restart()
    page = school.get("/seat", token).text
    assert re.search(r'value="rebuke" checked', page)
    assert "you can change it until the round closes" in page
    assert school.post("/order", token, round="1", words__south="").status_code == 303
    assert school.table().orders == {("north", "south", "words"): None}
    school.close()
    assert school.post("/order", token, round="1", words__south="rebuke").status_code == 409


def test_who_has_no_stake_is_told_so_on_every_page(tmp_path: Path) -> None:
    quiet = changed(DUEL, issues__border__stances={"north": {"position": 80, "salience": 0.7}})
    school = School(tmp_path, scenario(quiet))
    token = school.seat("Bo", "south")
    brief = school.get("/brief", token).text
    assert "You take no position on it. You have no stake in how it ends." in brief
    assert "you have no stake in it" in school.get("/seat", token).text
    north = school.seat("Anna", "north")
    assert "South wants it" not in school.get("/brief", north).text
    assert "no stake" not in school.get("/seat", north).text
    watcher = school.seat("Olga", None)
    assert "no stake" not in school.get("/seat", watcher).text


def test_what_cannot_be_chosen_is_refused_in_words(school: School) -> None:
    token = school.seat("Anna", "north")
    school.open()
    for fields, words in (
        ({"words__south": "war"}, "none of your levers"),
        ({"words__south": "rebuke", "deeds__south": "rebuke"}, "nothing to do toward"),
        ({"words__west": "rebuke"}, "nothing to say to"),
        ({"round": "2", "words__south": "rebuke"}, "closed meanwhile"),
    ):
        answer = school.post("/order", token, **{"round": "1", **fields})
        assert answer.status_code == 409
        assert words in answer.text
    assert school.post("/order", token, words__south="rebuke").status_code == 400
    assert school.post("/order", token, round="1", words__south="x" * 200).status_code == 400
    assert school.post("/order", token, round="1", words__="rebuke").status_code == 400
    many = {f"words__x{n}": "" for n in range(150)}
    assert school.post("/order", token, round="1", **many).status_code in (400, 409)
    assert not school.table().orders


def test_a_team_sees_who_saved_last(school: School) -> None:
    anna, bo = school.seat("Anna", "north"), school.seat("Bo", "north")
    school.open()
    school.post("/order", anna, round="1", words__south="rebuke")
    assert "Saved by you at" in school.get("/seat", anna).text
    page = school.get("/seat", bo).text
    assert "Saved by Anna at" in page
    assert "In this seat: Anna and Bo" in page


def test_who_has_chosen_is_seen_and_what_is_not(school: School) -> None:
    anna, bo = school.seat("Anna", "north"), school.seat("Bo", "south")
    school.open()
    before = school.get("/seat", bo).text
    school.post("/order", anna, round="1", words__south="rebuke")
    after = school.get("/seat", bo).text
    assert "has chosen" not in before
    assert after.count("✓ has chosen") == 1
    assert len(re.findall("checked", before)) == len(re.findall("checked", after))


def test_a_proposal_is_answered_and_silence_is_refusal(school: School) -> None:
    anna, bo = school.seat("Anna", "north"), school.seat("Bo", "south")
    for agreed in (True, False):
        school.open()
        at = str(school.table().round)
        school.post("/order", anna, round=at, words__south="summit")
        school.close()
        assert "North proposes to hold a summit" in school.get("/seat", bo).text
        waiting = school.get("/seat", anna).text
        assert "wait while proposals are answered" in waiting
        assert "has answered" not in waiting
        if agreed:
            school.post("/answer", bo, round=at, words__north="yes")
            assert re.search(r'value="yes" checked', school.get("/seat", bo).text)
        school.close()
        news = school.get("/seat", bo).text
        assert ("South refuses" in news) != agreed
        assert ("South accepts" in news) == agreed


def test_a_word_and_a_deed_are_put_and_answered_apart(tmp_path: Path) -> None:
    school = School(tmp_path, loaded("two-neighbours"))
    anna, bo = school.seat("Anna", "north"), school.seat("Bo", "south")
    school.open()
    page = school.get("/seat", bo).text
    parts = re.findall(r"<legend>(\w+)</legend>(.*?)</fieldset>", page, re.DOTALL)
    offered = [(title, re.findall(r'value="(\w+)"', part)) for title, part in parts]
    assert offered[:2] == [("Say", ["talk", "divide"]), ("Do", ["trade", "march"])]
    school.post("/order", bo, round="1", words__north="divide", deeds__north="trade")
    school.close()
    page = school.get("/seat", anna).text
    assert page.index('name="words.south"') < page.index('name="deeds.south"')
    school.post("/answer", anna, round="1", words__south="no", deeds__south="yes")
    assert school.table().draft_answers == {
        ("south", "north", "words"): False, ("south", "north", "deeds"): True,
    }  # fmt: skip
    school.close()
    news = school.get("/seat", anna).text
    assert "North refuses" in news
    assert "South opens its market to North" in news


def test_an_answer_to_nobody_is_refused(school: School) -> None:
    anna, bo = school.seat("Anna", "north"), school.seat("Bo", "south")
    school.open()
    school.post("/order", anna, round="1", words__south="summit")
    school.close()
    assert school.post("/answer", anna, round="1", words__south="yes").status_code == 409
    assert school.post("/answer", bo, round="1", words__west="yes").status_code == 409


def test_every_page_of_a_whole_game_can_be_read(tmp_path: Path) -> None:
    school = School(tmp_path, scenario(plain(QUARTET)))
    tokens = [school.seat(actor, actor) for actor in ("west", "ally", "east", "isle")]
    tokens += [school.seat("Olga", None), school.enter("Eve")]
    table = school.table()
    described = table.compiled.description

    def all_read() -> None:
        for token in tokens:
            assert school.get("/seat", token).status_code == 200

    while table.phase != "over":
        all_read()
        school.open()
        all_read()
        for token, actor in zip(tokens, table.seats, strict=False):
            open_ = {
                f"{track}__{to}": next(
                    (key for key, can in table.levers(actor, to, track).items() if can), ""
                )
                for to in table.targets(actor)[:1]
                for track in table.tracks(actor, to)[: described.actors[actor].attention]
            }
            assert school.post("/order", token, round=str(table.round), **open_).status_code == 303
        school.close()
        all_read()
        if table.phase == "answering":
            school.close()
        school.clock.now += 100
    assert table.played == 6
    all_read()
    school.room.accept(entries.Changed(at=school.clock(), debrief=True))
    assert 'href="/debrief"' in school.get("/seat", tokens[0]).text


# -- messages ------------------------------------------------------------------------------


def test_messages_reach_whom_they_are_for_and_no_other(tmp_path: Path) -> None:
    school = School(tmp_path, scenario(QUARTET))
    west, ally, east = (school.seat(one, one) for one in ("west", "ally", "east"))
    watcher = school.seat("Olga", None)
    school.post("/say", west, text="for-one", to="ally")
    school.post("/say", west, text="for-two", to=["ally", "isle"])
    school.post("/say", ally, text="line one\r\nline two")
    assert "for-one" in school.get("/seat", ally).text
    assert "for-two" in school.get("/seat", ally).text
    for other in (east, watcher):
        page = school.get("/seat", other).text
        assert "for-" not in page
        assert "line one\nline two" in page


def form_of(school: School, token: str, action: str) -> dict[str, Any]:
    """The hidden fields of a form as a page has it now."""
    form = form_to(school.get("/seat", token).text, action)
    assert form is not None
    hidden = ("round", "taken-back", "written")
    return {name: form.first(name) for name in hidden if form.first(name)}


def test_the_same_message_pressed_twice_is_one(tmp_path: Path) -> None:
    school = School(tmp_path, scenario(QUARTET))
    anna, bo = school.seat("Anna", "west"), school.seat("Bo", "east")

    def said() -> list[str]:
        return [one.text for one in school.room.session.messages]

    form = form_of(school, anna, "/say")
    for _ in range(2):
        answer = school.post("/say", anna, text="Yes ", **form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/seat#messages")
    assert said() == ["Yes"]
    # Somebody else who says so, another text, another reader, and a new page are new.
    school.post("/say", bo, text="Yes", **form_of(school, bo, "/say"))
    school.post("/say", anna, text="No", **form)
    school.post("/say", anna, text="Yes", to="east", **form)
    school.post("/say", anna, text="Yes", to=["east", "isle"], **form)
    school.post("/say", anna, text="Yes", **form_of(school, anna, "/say"))
    assert said() == ["Yes", "Yes", "No", "Yes", "Yes", "Yes"]
    school.restart()
    school.post("/say", anna, text="No", **form)
    assert len(said()) == 6


def test_choices_from_before_a_round_was_taken_back_are_refused(school: School) -> None:
    token = school.seat("Anna", "north")
    school.open()
    old = form_of(school, token, "/order")
    through(school)
    school.room.accept(entries.Undone(at=school.clock(), table=1))
    answer = school.post("/order", token, words__south="rebuke", **old)
    assert answer.status_code == 409
    assert "round was taken back since your page was made" in answer.text
    assert not school.table().orders
    school.restart()
    assert school.post("/order", token, words__south="rebuke", **old).status_code == 409
    new = form_of(school, token, "/order")
    assert school.post("/order", token, words__south="rebuke", **new).status_code == 303


def test_an_answer_from_before_a_round_was_taken_back_agrees_to_nothing_else(
    tmp_path: Path,
) -> None:
    two = changed(
        DUEL,
        levers__summit__usual={"north to south": 0.2},
        levers__pact={**DUEL["levers"]["summit"], "usual": {"north to south": 0.1}},
    )
    school = School(tmp_path, scenario(two))
    anna, bo = school.seat("Anna", "north"), school.seat("Bo", "south")
    school.open()
    school.post("/order", anna, words__south="summit", **form_of(school, anna, "/order"))
    school.close()
    old = form_of(school, bo, "/answer")
    school.close()
    school.room.accept(entries.Undone(at=school.clock(), table=1))
    school.post("/order", anna, words__south="pact", **form_of(school, anna, "/order"))
    school.close()
    assert school.table().phase == "answering"
    answer = school.post("/answer", bo, words__north="yes", **old)
    assert answer.status_code == 409
    assert not school.table().draft_answers
    new = form_of(school, bo, "/answer")
    assert school.post("/answer", bo, words__north="yes", **new).status_code == 303
    assert school.table().draft_answers == {("north", "south", "words"): True}


def test_an_ending_that_is_taken_back_leaves_the_forms_as_they_were(school: School) -> None:
    token = school.seat("Anna", "north")
    school.open()
    old = form_of(school, token, "/order")
    school.room.accept(entries.Ended(at=school.clock(), table=1))
    school.room.accept(entries.Undone(at=school.clock(), table=1))
    assert school.post("/order", token, words__south="rebuke", **old).status_code == 303


def through(school: School) -> None:
    """Close the round, and its answers where any are due."""
    school.close()
    if school.table().phase == "answering":
        school.close()


def test_empty_and_endless_messages_are_refused(school: School) -> None:
    token = school.seat("Anna", "north")
    assert school.post("/say", token, text=" \r\n\u200b").status_code == 409
    assert school.post("/say", token, text="x" * 1001).status_code == 409
    assert school.post("/say", token, text="x" * 5000).status_code == 400
    assert school.post("/say", token, text="x", to="nobody").status_code == 409
    assert school.post("/say", token, text="x" * 1000).status_code == 303


def test_names_messages_and_events_are_shown_as_text(tmp_path: Path) -> None:
    document = changed(
        DUEL, title=MARKUP, actors__north__name=MARKUP, issues__border__name=MARKUP,
        issues__border__low=MARKUP, levers__rebuke__name=MARKUP, outcomes__border__name=MARKUP,
        actors__north__brief={"role": MARKUP, "knows": MARKUP, "secret": MARKUP},
    )  # fmt: skip
    school = School(tmp_path, scenario(document))
    name = MARKUP[:40]
    anna, bo = school.seat(name, "north"), school.seat("<b>Bo", "south")
    watcher, waiting = school.seat("Olga", None), school.enter("Eve")
    school.open()
    injected = entries.Injected(at=school.clock(), table=1, round=1, name=MARKUP)
    school.room.accept(injected)
    school.post("/say", anna, text=MARKUP)
    school.post("/order", anna, round="1", words__south="summit")
    school.close()
    for path in ("/", "/seat", "/brief", "/nowhere"):
        for token in ("", anna, bo, watcher, waiting):
            text = school.get(path, token).text
            assert "<img" not in text
            assert "<script>" not in text
            assert "<b>Bo" not in text
    assert "&lt;script&gt;alert(2)" in school.get("/seat", bo).text


def test_the_brief_holds_the_role_and_what_only_it_knows(tmp_path: Path) -> None:
    school = School(tmp_path, scenario(QUARTET))
    page = school.get("/brief", school.seat("Anna", "west")).text
    assert "You lead the strongest." in page
    assert "You would let the strait go." in page
    assert "Hold a summit" in page
