"""The mechanism behind a difference, on small accounts and in small worlds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.claims.proposition import Claim
from sim.model.parts import PARTS
from sim.reporting.mechanism_text import PART_WORDS, WRITTEN_WORDS, contribution_text, opposed_text
from sim.scenario.phrases import COMPONENTS, Phrase
from sim.statistics.mechanism import Accounts, Mechanism, Push, Reason, Use, mechanism, written
from sim.statistics.verdict import findings
from sim.studies.propositions.result import experiments
from tests.fixtures.proposition_files import CLOSER, THREATS, Document, claim, loaded

THREAT, SUMMIT = ("threat", "south", "north"), ("summit", "north", "south")
BORDER: Document = {"of": "issue border", "expect": "rises"}


def behind(folder: Path, document: Document, pairs: int = 60) -> tuple[Claim, list[Mechanism]]:
    """A claim, and the mechanism of each of its measures."""
    (found,) = experiments([loaded(folder, document)], pairs=pairs)
    reference, changed = found.reference, found.changed
    return found.claim, [
        mechanism(found.claim, one, reference.account, changed.account)
        for one in findings(found.claim, reference.series, changed.series)
    ]


def use(key: tuple[str, str, str], **parts: object) -> Use:
    plain: dict[str, object] = {
        "key": key, "before": 1.2, "after": 1.6, "open": (1.0, 1.0), "written": "", "answer": None,
        "proposal": Reason(key[1], 1.2, 1.6, (("security", 0.5),), ("prosperity", -0.1), 0.4),
    }  # fmt: skip
    return Use(**(plain | parts))  # type: ignore[arg-type]


def test_each_part_and_each_way_of_writing_has_its_words() -> None:
    assert set(PART_WORDS) == {*PARTS, *COMPONENTS}
    assert set(WRITTEN_WORDS) == {"order", "never", "usual", "consent", "conditions"}


def test_a_quantity_is_moved_by_those_who_have_the_lever(tmp_path: Path) -> None:
    found, (one,) = behind(tmp_path, claim({"levers": {"threat": {"usual": {
        "south to north": 0.6}}}}, border={**BORDER, "expect": "falls"}))  # fmt: skip
    (drive,) = [part for part in one.drives if isinstance(part, Use)]
    assert drive.key == THREAT
    assert drive.written == "usual"
    assert drive.after > drive.before
    assert drive.contribution < 0
    # Two points, less what wear takes and what lies near the end of the range.
    assert -2 < drive.each < 0
    said = contribution_text(drive, found.changed.description)
    assert said.startswith("South toward North: “threaten” ")
    assert "since the intervention itself changes how usual it is." in said
    assert "Each moves “the border” by −" in said


def test_an_affinity_has_answers_reactions_and_balance_too(tmp_path: Path) -> None:
    warmth = {"of": "affinity of east and north", "expect": "rises"}
    (found,) = experiments([loaded(tmp_path, claim(CLOSER, warmth=warmth))], pairs=60)
    arms = Accounts(found.claim, found.reference.account, found.changed.account)
    parts = list(arms.moving(Phrase("affinity", ("east", "north")), 1.0))
    pushes = [(part.kind, *part.names) for part in parts if isinstance(part, Push)]
    ways = [("east", "north"), ("north", "east")]
    assert pushes == [
        *((kind, *way) for way in ways for kind in ("reaction", "answer")),
        ("balance", "east", "north"),
    ]
    assert all(part.before and part.after for part in parts if isinstance(part, Push))
    for part in parts:
        assert "the affinity of" in contribution_text(part, found.claim.changed.description)


def test_those_who_move_closer_threaten_less_since_they_stand_better(tmp_path: Path) -> None:
    found, (one,) = behind(tmp_path, claim(CLOSER, threats=THREATS), 200)
    (part,) = one.counted
    reason = part.proposal
    assert part.after < part.before
    assert reason.sentiment < 0
    said = contribution_text(part, found.changed.description)
    assert "the two stand better to one another (odds × 0." in said


def test_acts_are_told_by_who_does_them_more(tmp_path: Path) -> None:
    found, (one,) = behind(tmp_path, claim(CLOSER, threats=THREATS))
    assert [part.key for part in one.counted] == [THREAT]
    assert all(part.key != THREAT for part in one.elsewhere)
    (part,) = one.counted
    assert part.contribution == pytest.approx(part.after - part.before)
    assert part.answer is None
    assert "South toward North: “threaten”" in contribution_text(part, found.changed.description)


def test_a_share_falls_into_readiness_and_a_shift(tmp_path: Path) -> None:
    agreed = {"consent": "summit", "expect": "rises"}
    _, (one,) = behind(tmp_path, claim(CLOSER, agreed=agreed), 200)
    parts = [*one.drives, *one.opposes]
    gap = sum(part.contribution for part in one.counted)
    shift = sum(part.contribution for part in parts if isinstance(part, Push))
    # Weak contributions are not told, so the parts come near the whole, no more.
    assert gap + shift == pytest.approx(one.finding.difference, abs=0.01)


def test_arms_that_are_the_same_have_nothing_behind_them(tmp_path: Path) -> None:
    same = {"set": {"actors.south.patience": 0.8}}
    found, (one,) = behind(tmp_path, claim(same, threats=THREATS), 20)
    assert one.drives == one.opposes == one.elsewhere == ()
    assert "none of its interests changes" in opposed_text(one, found.changed.description)


def test_what_the_experiment_itself_changes_is_known(tmp_path: Path) -> None:
    border = {"of": "issue border", "at_least": 0}
    order = {"lever": "summit", "by": "north", "toward": "south"}
    for intervention, kinds in (
        ({"moves": [order]}, {SUMMIT: "order", THREAT: ""}),
        ({"levers": {"threat": {"usual": {"south to north": 0.6}}}}, {THREAT: "usual", SUMMIT: ""}),
        ({"levers": {"summit": {"usual": {"north to south": 0.6}}}},
         {SUMMIT: "usual", ("summit", "south", "north"): ""}),
        ({"levers": {"summit": {"consent": 0.1}}}, {SUMMIT: "consent"}),
        ({"levers": {"threat": {"once": True}}}, {THREAT: "conditions"}),
        ({"events": {"election": {"forbids": []}}}, {THREAT: "conditions"}),
        (CLOSER, {THREAT: "", SUMMIT: ""}),
    ):  # fmt: skip
        found = loaded(tmp_path, claim(intervention, border=border))
        assert {key: written(found, key) for key in kinds} == kinds


def test_words_name_the_strongest_part_and_what_speaks_against_it(tmp_path: Path) -> None:
    description = loaded(tmp_path, claim(CLOSER)).changed.description
    assert contribution_text(use(THREAT), description) == (
        "South toward North: “threaten” 0.40 more per run (1.20 → 1.60), mainly because of its "
        "security (+0.50 in value), against its prosperity (−0.10)."
    )
    asked = use(
        SUMMIT,
        proposal=Reason("north", 2.0, 2.0),
        answer=Reason("south", 0.6, 0.8, (("issues", 0.3), ("standing", 0.2)), None, 0.9),
    )
    assert contribution_text(asked, description) == (
        "North toward South: “hold a summit” 0.40 more per run (1.20 → 1.60); South agrees to "
        "80 % of it instead of 60 %, mainly because of what it wants on the issues "
        "(+0.30 in value) and its standing (+0.20)."
    ).replace(" %", "\u00a0%")
    worse = Reason("south", 1.2, 1.6, (("security", 0.5),), None, 0.9, sentiment=0.5, heat=0.2)
    assert contribution_text(use(THREAT, proposal=worse), description).endswith(
        "mainly because the two stand worse to one another (odds × 1.65), and because of its "
        "security (+0.50 in value), and because of the heat of their quarrel (odds × 1.22)."
    )
    calmer = Reason("south", 1.2, 1.2, (), None, -0.06, sentiment=0.04, heat=-0.1)
    assert contribution_text(use(THREAT, after=1.2, proposal=calmer), description).endswith(
        "about as often (1.20 → 1.20); their quarrel is calmer (odds × 0.90)."
    )
    doubled = use(THREAT, before=0.005, after=0.015, proposal=calmer)
    assert "0.010 more per run (0.005 → 0.015)" in contribution_text(doubled, description)
    crowded = use(THREAT, after=0.6, proposal=Reason("south", 1.2, 0.6, (), None, 0.0))
    assert "mostly since other moves take its place" in contribution_text(crowded, description)
    shut = use(THREAT, after=0.6, open=(0.9, 0.4), proposal=Reason("south", 1.2, 0.6))
    assert "since it is open in 40\u00a0% of the rounds instead of 90" in contribution_text(
        shut, description
    )


def test_what_works_against_a_claim_is_named(tmp_path: Path) -> None:
    found, (one,) = behind(tmp_path, claim(CLOSER, threats={**THREATS, "expect": "rises"}), 4)
    description = found.changed.description
    more, less = use(THREAT, contribution=0.4), use(SUMMIT, contribution=-0.3)
    fell = replace(one.finding, difference=-0.1, verdict="no effect")
    contested = replace(one, finding=fell, drives=(less,), opposes=(more,))
    assert opposed_text(contested, description).startswith("Against it: North toward South")
    rose = replace(one.finding, difference=0.1, verdict="no effect")
    weak = replace(one, finding=rose, drives=(more,), opposes=())
    assert opposed_text(weak, description).startswith(
        "Little comes of it. Most: South toward North"
    )
    offset = replace(one, finding=rose, drives=(more,), opposes=(less,))
    assert opposed_text(offset, description).startswith("Against it: North toward South")
    idle = replace(one, finding=rose, drives=(), opposes=(), counted=())
    assert opposed_text(idle, description) == "Nothing that moves it changes."
