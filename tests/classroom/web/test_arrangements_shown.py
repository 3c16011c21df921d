"""Pages, briefs and the terminal show what is in force, what is promised and who governs."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from sim.classroom.briefs.arrangement_text import lists
from sim.classroom.briefs.levers import Deck, LeverCard
from sim.classroom.briefs.printed import briefs_page, elections_text
from sim.classroom.briefs.role import role
from sim.classroom.briefs.wording import in_office_text, next_election
from sim.classroom.game import log_entries as entries
from sim.classroom.game.course import drawn
from sim.classroom.game.log_entries import pack, unpack
from sim.classroom.game.permissions import replay
from sim.classroom.storage import Store, begin_session
from sim.classroom.terminal import Solo, brief_lines, news_lines, take_seat
from tests.classroom.test_terminal import Script
from tests.fixtures.browser import form_to
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.sessions import Log, state, through
from tests.fixtures.teacher_room import Desk
from tests.fixtures.treaties import BONDED
from tests.fixtures.web_room import School

SECRET = "You will leave the ridge."
ROLE = "You are the party of the river."


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


@pytest.fixture
def room(tmp_path: Path) -> Desk:
    school = Desk(tmp_path, scenario(BONDED))
    school.let_in()
    for one in ("north", "south"):
        school.seat(one, one)
    school.open()
    return school


def ordered(room: School, who: str, target: str, lever: str) -> None:
    track = "words" if lever in ("sign", "plan", "freeze", "thaw") else "deeds"
    room.room.accept(
        entries.Ordered(at=room.clock(), participant=f"id-{who}", table=1,
                   round=room.table().round, moves={target: {track: lever}})
    )  # fmt: skip


def agreed(room: School) -> None:
    room.close()
    for ask in list(room.table().open_proposals):
        said = {ask.actor: {ask.track: True}}
        room.room.accept(
            entries.Answered(at=room.clock(), participant=f"id-{ask.target}", table=1,
                        round=room.table().round, answers=said)
        )  # fmt: skip
    if room.table().phase == "answering":
        room.close()


def test_every_page_with_news_lists_what_is_in_force(room: Desk) -> None:
    ordered(room, "north", "south", "plan")
    ordered(room, "south", "north", "sign")
    agreed(room)
    watching = room.seat("Anna", None)
    pages = (
        room.get("/seat", "token-of-north"),
        room.get("/seat", watching),
        room.look("/teacher/table/1"),
        room.look("/teacher/projector/1"),
    )
    for page in pages:
        words = plain(page.text)
        for told in (
            "In force The river pact of Isle, North and South since the start",
            "The peace treaty of North and South since October 2016, until December 2017",
            "Promised North owes South: build the bridge, until June 2017",
            "North accepts; the peace treaty is in force.",
            "North promises South to build the bridge, until June 2017.",
            "Who governs North: in office since before the start, next election in April 2017 "
            "South: in office since before the start, no election is due",
        ):
            assert told in words, told


def test_a_page_of_a_scenario_without_any_is_as_it_was(tmp_path: Path) -> None:
    school = School(tmp_path, scenario(DUEL))
    token = school.seat("north", "north")
    school.open()
    for address in ("/seat", "/brief"):
        words = plain(school.get(address, token).text)
        for told in ("In force", "Promised", "Trust", "government", "trusts you"):
            assert told not in words
    lines = "\n".join(news_lines(school.table(), "north"))
    assert "force" not in lines


def test_a_form_says_why_a_lever_is_closed_and_does_not_offer_it(room: Desk) -> None:
    page = room.get("/seat", "token-of-north").text
    assert "not open now: nothing is in force to end (the peace treaty)" in plain(page)
    form = form_to(page, "/order")
    assert form is not None
    assert "leave" not in form.options["deeds.south"]  # as computed students read it
    assert "sign" in form.options["words.south"]


def test_the_terminal_tells_the_same() -> None:
    watch = {"calm": {"name": "it is calm", "when": {"tension of north and south": {"at_most": 1}}}}
    log = Log(scenario(changed(BONDED, watch=watch)))
    log.seat("north")
    log.open()
    through(log)
    assert "- First time in this game: It is calm." in news_lines(log.table(), "north")
    lines = "\n".join(news_lines(log.table(), "north"))
    assert "In force:\n= The river pact of Isle, North and South, since the start" in lines
    assert "No promise is open." in lines


def card(deck: Deck, actor: str, target: str, lever: str) -> LeverCard:
    return next(one for one in deck.cards(actor, target) if one.id == lever)


def test_cards_say_what_a_lever_begins_ends_promises_and_costs() -> None:
    deck = Deck(drawn(scenario(BONDED)))
    sign = card(deck, "north", "south", "sign")
    assert sign.does == (
        "Puts in force the peace treaty, for 4\u00a0rounds; each round then: tension with South "
        "−0.02.",
    )
    assert "cases, the more readily the more it trusts you (now 0." in sign.needs[0]
    plan = card(deck, "north", "south", "plan")
    assert "You promise to build the bridge within 2\u00a0rounds." in plan.does
    assert "What is done in the round of the promise does not count as keeping it." in plan.does
    assert "Not done in time, it costs you trust." in plan.costs
    leave = card(deck, "north", "south", "leave")
    assert leave.needs == ("The peace treaty must be in force, or suspended.",)
    (cost,) = leave.costs
    # Of the solemnity 0.8, with all who hold the pact with North.
    assert cost == (
        "You break your word: up to 0.08 of affinity with South and Isle, and 32\u00a0% of the "
        "trust they have in you."
    )
    punish = card(deck, "north", "south", "punish")
    assert (
        punish.does[0]
        == "Puts in force sanctions toward South; each round then: South's ties to you −0.01."
    )
    assert not card(deck, "south", "north", "lift").costs
    asked = deck.asked("plan", "north", "south")
    assert "North promises to build the bridge within 2\u00a0rounds." in asked


def test_what_breaking_off_costs_is_what_the_model_takes() -> None:
    """The affinities of all who hold something with the breaker fall, as the card says at most."""
    log = Log(scenario(changed(BONDED, coefficients={"noise": {"affinity": 0}})))
    north, south = log.seat("north"), log.seat("south")
    log.open()
    log.order(north, south="sign")
    log.close()
    log.answer(south, north=True)
    log.close()
    trust = log.table().value("trust", "isle", "north")
    affinity = log.table().value("affinity", "north", "isle")
    log.open()
    log.order(north, south="leave")
    through(log)
    fallen = affinity - log.table().value("affinity", "north", "isle")
    assert 0.03 < fallen < 0.1
    assert log.table().value("trust", "isle", "north") < 0.8 * trust


def test_cards_say_which_arrangement_a_lever_requires() -> None:
    wanted = {
        "in force peace between actor and target": False,
        "in force sanctions by target toward actor": True,
        "rounds since pact began between actor and target": {"at_least": 2},
        "trust of target in actor": {"at_least": 0.25},
        "rounds in office of north": {"at_most": 8},
    }
    deck = Deck(drawn(scenario(changed(BONDED, levers__build__requires=wanted))))
    assert card(deck, "north", "south", "build").needs == (
        "The peace treaty must not be in force.",
        "Sanctions of South toward you must be in force.",
        "The river pact of Isle, you and South must have begun, or been renewed, no less than "
        "2\u00a0rounds ago.",
        "South's trust in you must stand at 0.25 or more.",
        "The rounds in office of your government must stand at 8 or less.",
    )


def test_cards_say_what_is_promised_already_and_what_keeps_it(room: Desk) -> None:
    again = "Already promised, {} (build the bridge): to offer it again promises nothing more."
    keeps = "This keeps {} promise to {}, due until June 2017."
    overdue = (
        "This keeps your promise to South, overdue since the end of June 2017: late, but counts "
        "half until December 2017."
    )

    def told(lever: str) -> str:
        found = card(room.room.deck(room.table()), "north", "south", lever)
        return " ".join((*found.does, *found.costs))

    assert "This keeps" not in told("build")
    ordered(room, "north", "south", "plan")  # round 1: due in round 3
    agreed(room)
    room.open()
    assert again.format("until June 2017") in told("plan")
    assert "within" not in told("plan")
    assert "costs you trust" not in told("plan")
    assert keeps.format("your", "South") in told("build")
    page = plain(room.get("/seat", "token-of-north").text)
    assert again.format("until June 2017") in page
    asked = room.room.deck(room.table()).asked
    assert again.format("until June 2017") in asked("plan", "north", "south")
    assert keeps.format("North's", "you") in asked("build", "north", "south")
    for _ in range(2):
        agreed(room)
        room.open()
    assert again.format("overdue since the end of June 2017") in told("plan")
    assert overdue in told("build")
    (debt,) = lists(room.table()).debts
    assert debt.overdue
    assert debt.text == (
        "North owes South: build the bridge, overdue since the end of June 2017, which cost trust; "
        "delivered late, until December 2017, it counts half, and after that it is broken and "
        "costs trust again"
    )
    ordered(room, "north", "south", "build")
    agreed(room)
    room.open()
    assert "This keeps" not in told("build")
    assert "You promise to build the bridge" in told("plan")


def test_what_is_due_beyond_the_game_is_said_to_be_and_that_one_deed_keeps_it_for_both(
    tmp_path: Path,
) -> None:
    either = changed(
        BONDED, levers__plan__delivers={"lever": "build", "within": 9, "by": "either"},
        arrangements__peace__term=20,
    )  # fmt: skip
    school = Desk(tmp_path, scenario(either))
    for one in ("north", "south"):
        school.seat(one, one)
    school.open()
    made = card(school.room.deck(school.table()), "north", "south", "plan").does
    assert "One deed by either keeps it for both." in made
    ordered(school, "north", "south", "plan")
    agreed(school)
    school.open()
    (debt,) = lists(school.table()).debts
    assert debt.text == (
        "North and South owe each other: build the bridge (one deed by either keeps it for both), "
        "until after the end of the game"
    )
    keeps = card(school.room.deck(school.table()), "south", "north", "build").does[0]
    assert keeps == (
        "This keeps what North and you promised each other, due until after the end of the game."
    )
    ordered(school, "north", "south", "sign")
    agreed(school)
    peace = next(one for one in lists(school.table()).lines if "peace" in one.name)
    assert peace.until == "until after the end of the game"


def test_nobody_is_named_where_nothing_is_in_force() -> None:
    bare = changed(BONDED, arrangements__pact__in_force=[])
    cards = Deck(drawn(scenario(bare))).cards("north", "south")
    (cost,) = (cost for card in cards if card.id == "leave" for cost in card.costs[-1:])
    assert "with each with whom you hold something in force" in cost


def test_a_brief_says_what_is_in_force_who_trusts_whom_and_when_the_next_election_is() -> None:
    game = drawn(scenario(BONDED))
    found = role(game, "north")
    assert found.in_force == (
        "The river pact of Isle, North and South.", "Sanctions of South toward North.",
    )  # fmt: skip
    assert found.office == (
        "Your government is in office for 5\u00a0rounds; the next election is in April 2017. The "
        "less support it has, the likelier it loses office."
    )
    assert found.relations[0].words.endswith("of yours to be kept (trust).")
    lines = brief_lines(found)
    assert found.office in lines
    assert "- Sanctions of South toward North." in lines


def test_elections_come_by_their_dates_and_then_by_their_rounds() -> None:
    described = scenario(BONDED).description
    assert next_election(described, "north", 2) == "April 2017"
    assert next_election(described, "north", 3) == "April 2019"
    assert next_election(described, "north", 11) == "April 2021"
    assert next_election(described, "south", 0) == next_election(described, "isle", 0) == ""
    assert in_office_text(described, "north", 0, 3).startswith("new in office;")
    assert in_office_text(described, "isle", 0, 3) == ""
    assert elections_text(described, "north").startswith(
        "it may lose the election of April 2017, and"
    )
    assert elections_text(described, "south").startswith("it may fall in any round")
    early = changed(BONDED, actors__north__government__elections=["2015-10-01"])
    assert next_election(scenario(early).description, "north", 0) == "October 2017"


def test_a_new_government_gets_its_brief_and_nobody_else_does(room: Desk) -> None:
    before = plain(room.get("/brief", "token-of-north").text)
    assert ROLE not in before
    room.send("inject", table="1", do="event", event="new_government_north")
    page = plain(room.get("/seat", "token-of-north").text)
    assert "A new government speaks for your seat since October 2016" in page
    brief = plain(room.get("/brief", "token-of-north").text)
    for told in (
        ROLE, SECRET, "The old cabinet signed too much.",
        "On “Where the border runs” you want 20 of 100, no longer 80.",
        "You care about “Where the border runs” somewhat (0.20), no longer much (0.50).",
        "Your government is new in office; the next election is in April 2017.",
    ):  # fmt: skip
        assert told in brief, told
    for page_of_others in (
        room.get("/seat", "token-of-south"),
        room.get("/brief", "token-of-south"),
        room.look("/teacher/projector/1"),
    ):
        assert SECRET not in page_of_others.text
        assert "now cares" not in page_of_others.text
    assert SECRET in room.look("/teacher/table/1").text
    papers = plain(room.look("/teacher/briefs").text)
    assert "Table 1: for the new government" in papers
    assert "You lead North." in papers  # that of the start stays there
    room.close()
    room.open()
    assert SECRET in room.get("/brief", "token-of-north").text  # until the next
    room.restart()
    assert SECRET in room.get("/brief", "token-of-north").text


def test_a_government_without_a_brief_of_its_own_is_told_what_moved() -> None:
    log = Log(scenario(BONDED))
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=1, event="new_government_south"))
    reign = log.table().latest_government("south")
    assert reign is not None
    source = scenario(BONDED)
    found = role(type(source)("x", reign.description, reign.description), "south", reign)
    assert found.role == "You lead South."
    assert found.new == (
        "You are a new government, in office since October 2016 (round 1).",
        "It wants much the same as the one before.",
        "What the government before promised is still owed: it is yours to keep.",
    )


def test_the_console_begins_and_ends_arrangements(room: Desk) -> None:
    page = plain(room.look().text)
    assert "Puts in force nothing The river pact of Isle, North and South" in page
    said = room.send(
        "inject", table="1", do="made", name="Three meet", begins="peace between north and south",
        ends="sanctions by south toward north",
    )  # fmt: skip
    assert "“Three meet” happens at table 1 in round 1" in said
    news = plain(room.get("/seat", "token-of-south").text)
    assert "Event: Three meet." in news
    assert "The peace treaty of North and South is in force." in news
    assert "Sanctions of South toward North have ended." in news
    assert "choose an arrangement" in room.send(
        "inject", table="1", do="made", name="No", begins="x" * 301
    )
    again = room.send("inject", table="1", do="made", name="Three meet",
                      begins="peace between north and south",
                      ends="sanctions by south toward north")  # fmt: skip
    assert "happens in this round already" in again


def test_a_government_can_change_again_and_again(room: Desk) -> None:
    for round in (1, 2):
        said = room.send("inject", table="1", do="event", event="new_government_north")
        assert f"happens at table 1 in round {round}" in said
        room.close()
        room.open()
    assert [one.round for one in room.table().new_governments] == [1, 2]


def test_the_printed_pack_has_the_sheets_of_governments_to_come() -> None:
    page = plain(briefs_page(scenario(BONDED)))
    for told in (
        "Only for North, once its government has changed",
        "You are the new government of North",
        SECRET,
        "What is in force The river pact of Isle, North and South.",
        "In office for 5\u00a0rounds; the next election is in April 2017.".replace("\u00a0", " "),
        "trust is the share of the other's promises",
        "It may lose the election of April 2017, and then one every 8 rounds, the likelier",
    ):
        assert told in page, told
    assert SECRET not in plain(briefs_page(scenario(BONDED), ["south"]))
    for told in ("government", "In force", "Trust"):
        assert told not in plain(briefs_page(scenario(DUEL)))


def test_a_log_with_all_of_it_plays_again_to_the_same_game() -> None:
    log = Log(scenario(BONDED))
    north = log.seat("north")
    log.open()
    log.accept(entries.Injected(at=log.now, table=1, round=1, event="new_government_north"))
    log.order(north, south="plan")
    through(log)
    log.open()
    through(log)
    log.accept(entries.Undone(at=log.now, table=1))
    again = replay(entries.read_entry(one.model_dump_json()) for one in log.entries)
    assert state(again) == state(log.session)
    mine, theirs = log.table(), again.tables[0]
    assert mine.status() == theirs.status()
    assert [(r.round, r.moved) for r in mine.new_governments] == [
        (r.round, r.moved) for r in theirs.new_governments
    ]


def test_a_session_kept_by_0_6_opens_as_before() -> None:
    """Its scenario has none of the parts that came later, and its injects name no arrangement."""
    source = scenario(DUEL)
    kept = pack(source)
    for part in ("description",):
        del kept[part]["arrangements"]
        for lever in kept[part]["levers"].values():
            for name in ("begins", "ends", "suspends", "resumes", "delivers"):
                del lever[name]
        for actor in kept[part]["actors"].values():
            del actor["government"]
        for relation in kept[part]["relations"].values():
            del relation["trust"]
        for name in ("horizon", "breach", "learning", "credence", "review", "accountability"):
            del kept[part]["coefficients"][name]
        del kept[part]["coefficients"]["reversion"]["trust"]
    assert unpack(kept).description == source.description
    entry = '{"kind":"injected","at":1.0,"table":1,"round":1,"name":"A storm","changes":{}}'
    read = entries.read_entry(entry)
    assert isinstance(read, entries.Injected)
    assert (read.begins, read.ends) == ((), ())


def test_the_terminal_hands_over_the_brief_of_a_new_government(tmp_path: Path) -> None:
    falling = changed(
        BONDED, actors__north__government__loses=0.999, calendar__rounds=4,
        outcomes__pact={"name": "The pact", "of": "in force pact between north and south"},
        coefficients={"accountability": 0},
    )  # fmt: skip
    desk = begin_session(Store(tmp_path / "s.sqlite"), scenario(falling), 0.0)
    take_seat(desk, "north", "a" * 64, 0.0)
    asked: list[str] = []

    def typed(prompt: str) -> str:
        if "Enter" in prompt:
            asked.append(prompt)
            return "s" if len(asked) == 1 else ""
        return "y" if "agree" in prompt else "0"

    script = Script(typed)
    Solo(desk, script, lambda: 1.0).play()
    assert desk.session.tables[0].latest_government("north") is not None
    before, after = script.text.split("* A new cabinet in the north.", 1)
    assert ROLE not in before
    assert "- You are a new government, in office since April 2017 (round 3)." in after
    assert "The pact | in force | in force | " in script.shown  # of one game: no share of runs
    owed = "- What the government before promised is still owed: it is yours to keep."
    _, brief = after.split(owed, 1)
    standing = (
        "In force:\n= The river pact of Isle, North and South, since the start",
        "No promise is open.",
        "Who governs:\n= North: new since April 2017, next election in April 2019\n= South: in",
    )  # fmt: skip
    for told in standing:
        assert told in brief.split("Your relations", 1)[0]
    asked_for = before.split("Enter to close the round", 1)[1].split("Enter to close", 1)[0]
    assert "In force:" in asked_for
    assert "Who governs:\n= North: in office since before the start, next" in asked_for
    assert ROLE in after
    assert "[not open now: nothing is in force to end (the peace treaty)]" in before
    assert re.search(r"South \| −?\d\.\d\d \| \d\.\d\d \| \d\.\d\d \| \d\.\d\d", before)
