"""Commands that look or begin: ``validate``, ``describe``, ``lenses``, ``schema``, ``new``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.fixtures.bonds_file import BONDS
from tests.fixtures.doubting import doubting
from tests.fixtures.paths import SCENARIOS
from tests.fixtures.typed_command import Entente, left_in
from tests.fixtures.world_file import WORLD, line_of


def test_validate_says_what_a_file_contains(entente: Entente) -> None:
    typed = entente("validate", "world.yaml", "sources.yaml")
    assert typed.code == 0
    assert typed.out.splitlines() == [
        "world.yaml: ok - A border between two: 3 actors, 2 relations, 1 issue, 2 levers, "
        "1 event, 2 outcomes; 8 rounds of a quarter from 2016-10-01",
        "sources.yaml: ok - sources for scenarios to cite: 0 articles, 0 facts, 1 data",
    ]


def test_validate_tells_all_faults_of_all_files(entente: Entente, desk: Path) -> None:
    text = (desk / "world.yaml").read_text()
    (desk / "a.yaml").write_text(text.replace("tension: 0.3", "tension: 3"))
    (desk / "b.yaml").write_text(
        text.replace("salience: 0.8", "saliense: 0.8").replace("power: 0.1", "power: .nan")
    )
    (desk / "c.yaml").write_text("title: [")
    typed = entente("validate", "a.yaml", "world.yaml", "b.yaml", "c.yaml", "nosuch.yaml")
    assert typed.code == 1
    assert typed.out.startswith("world.yaml: ok")
    lines = typed.err.splitlines()
    assert lines[0] == "6 faults found:"
    faults = [line for line in lines[1:] if not line.startswith("    ")]
    assert [line.split(":")[0] for line in faults] == [
        "a.yaml", "b.yaml", "b.yaml", "b.yaml", "c.yaml", "nosuch.yaml",
    ]  # fmt: skip
    assert "relations.north and south.tension: 3 is out of range" in faults[0]
    assert "did you mean 'salience'?" in typed.err


def test_validate_looks_into_sources_too(entente: Entente, desk: Path) -> None:
    (desk / "facts.yaml").write_text(
        "facts:\n  F1: {text: it rained, article: diary, paragraph: 1}\n  F2: {txt: it snowed}\n"
    )
    typed = entente("validate", "facts.yaml")
    assert typed.code == 1
    assert "facts.yaml:3:8: facts.F2.txt: unknown key 'txt'" in typed.err


def test_strict_wants_a_source_for_each_number(entente: Entente) -> None:
    assert entente("validate", "world.yaml").code == 0
    typed = entente("validate", "--strict", "world.yaml")
    assert typed.code == 1
    spot = f"world.yaml:{line_of(WORLD, 'affinity: -0.1')}:31"
    assert f"{spot}: relations.north and south.affinity: -0.1 has no source" in typed.err
    assert "add source: [ids of facts or data], or why: the reason" in typed.err


def test_strict_names_the_file_and_line_of_a_number_from_a_base(
    entente: Entente, desk: Path
) -> None:
    (desk / "later.yaml").write_text(
        "extends: world.yaml\n"
        "relations:\n"
        "  south and north: {tension: 0.4}\n"
        "  north to south: {ties: {spread: {normal: 0.01}}}\n"
    )
    typed = entente("validate", "--strict", "later.yaml")
    assert typed.code == 1
    places = {
        fault.split(": ")[1]: fault.split(": ")[0]
        for fault in typed.err.splitlines()
        if "has no source" in fault
    }
    assert places["relations.north and south.tension"] == "later.yaml:3:30"
    assert places["relations.north to south.ties"] == "later.yaml:4:20"
    line = line_of(WORLD, "south: {position: 100")
    assert places["issues.border.stances.south.salience"] == f"world.yaml:{line}:40"
    # A plain number that stands for any two.
    line = line_of(WORLD, "consent: 0.7")
    assert places["levers.summit.consent.anyone to anyone"] == f"world.yaml:{line}:14"


@pytest.mark.parametrize("name", sorted(path.name for path in SCENARIOS.glob("*.yaml")))
def test_every_shipped_scenario_is_valid(name: str, entente: Entente) -> None:
    typed = entente("validate", "--strict", SCENARIOS / name)
    assert (typed.code, typed.err) == (0, "")


def test_describe_shows_actors_and_where_numbers_come_from(entente: Entente) -> None:
    typed = entente("describe", SCENARIOS / "yamaguchi-2016.yaml")
    assert (typed.code, typed.err) == (0, "")
    for words in (
        "japan: Japan", "united_states: the United States", "Relations", "japan and russia",
        "Issues", "Levers", "Events", "Parameters and where they come from", "D028",
        "Origin of the parameters", "from an article", "from data", "judgement, with its reason",
        "stake",
    ):  # fmt: skip
        assert words in typed.out, words
    shares = [
        float(line.replace("\u00a0", " ").rstrip("% \n").split()[-1])
        for line in typed.out.split("Origin of the parameters")[1].splitlines()
        if "%" in line
    ]
    assert len(shares) == 4
    assert sum(shares) == pytest.approx(100, abs=1.5)


def test_describe_shows_the_scenario_as_changed(entente: Entente) -> None:
    typed = entente(
        "describe", "world.yaml", "--set", "actors.north.power=0.777", "--lens", "liberal"
    )
    assert "0.777" in typed.out
    assert "liberal" in typed.out


def test_a_narrow_terminal_keeps_words_whole(
    entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    out = entente("describe", "world.yaml").out
    for word in ("support", "prosperity", "affinity", "north: North"):
        assert word in out


def test_describe_shows_the_uses_on_record_up_to_the_start(entente: Entente, desk: Path) -> None:
    title = "Uses before the start, by the public record"
    assert title not in entente("describe", "world.yaml").out
    days = "since: 2010-01-01, until: 2018-12-31, dates: [2011-02-03, 2016-09-30, 2017-05-05]"
    put = f"extends: world.yaml\nlevers:\n  summit: {{recorded: {{north to south: {{{days}}}}}}}\n"
    (desk / "told.yaml").write_text(put, encoding="utf-8")
    shown = entente("describe", "told.yaml", "--no-notes").out.split(title)[1].splitlines()
    row = next(line.split() for line in shown if "2010-01-01" in line)
    assert row[row.index("2010-01-01") - 1 :] == ["2", "2010-01-01", "2016-09-30"]


def test_describe_shows_what_really_happened(entente: Entente, desk: Path) -> None:
    history = "history:\n  moves: {source: almanac, why: seen, values: {2016-12-31: 2}}\n"
    assert "What really happened" not in entente("describe", "world.yaml").out
    (desk / "told.yaml").write_text((desk / "world.yaml").read_text() + history)
    shown = entente("describe", "told.yaml").out.split("What really happened")[1]
    for words in ("moves: moves", "2016-12-31 2", "almanac", "seen"):
        assert words in shown


def test_strict_wants_a_source_for_each_history(entente: Entente, desk: Path) -> None:
    text = (desk / "world.yaml").read_text() + "history:\n  moves: {values: {2016-12-31: 2}}\n"
    (desk / "told.yaml").write_text(text)
    assert entente("validate", "told.yaml").code == 0
    typed = entente("validate", "--strict", "told.yaml")
    spot = f"told.yaml:{line_of(text, 'moves: {values')}:3: history.moves"
    assert f"{spot}: the history of 'moves' has no source and no reason" in typed.err


def test_text_of_a_scenario_is_no_markup(entente: Entente, desk: Path) -> None:
    text = (desk / "world.yaml").read_text().replace("name: South", "name: '[bold]South[/]'")
    (desk / "odd.yaml").write_text(text)
    assert "[bold]South[/]" in entente("describe", "odd.yaml").out


def test_lenses_are_shown_with_weights_and_works(entente: Entente) -> None:
    typed = entente("lenses")
    assert typed.code == 0
    for words in ("realist", "two_level", "prosperity", "Putnam 1988", "--lens realist"):
        assert words in typed.out


def test_a_file_s_own_lenses_are_shown_and_worn(entente: Entente, desk: Path) -> None:
    weights = "weights: {security: 0.25, prosperity: 0.75, issues: 0, standing: 0, support: 0}"
    own = f"lenses:\n  mine: {{name: Merchant, about: Trade is all., {weights}}}\n"
    with (desk / "world.yaml").open("a") as file:
        file.write(own)
    listed = entente("lenses", "world.yaml")
    assert listed.code == 0
    assert "Merchant: Trade is all." in listed.out
    assert "mine" not in entente("lenses").out
    wrong = entente("run", "world.yaml", "--runs", 8, "--lens", "min", "-q")
    assert wrong.code == 1
    assert "did you mean 'mine'" in wrong.err
    typed = entente("compare", "world.yaml", "--runs", 8, "--lens", "all", "-q")
    assert typed.code == 0
    assert "Merchant" in (desk / "reports/compare-world-lenses/report.html").read_text("utf-8")


def test_the_schema_is_the_shipped_one(entente: Entente) -> None:
    typed = entente("schema")
    assert json.loads(typed.out)["type"] == "object"
    shipped = (SCENARIOS / "schema.json").read_text(encoding="utf-8")
    assert typed.out == shipped, "run: python run.py schema > scenarios/schema.json"


def test_a_new_scenario_runs_as_it_is(entente: Entente) -> None:
    typed = entente("new", "border-crisis")
    assert typed.code == 0
    path = Path("scenarios") / "border-crisis.yaml"
    assert typed.out.splitlines() == [
        f"Wrote {path}. Open it in an editor, and run it with:",
        f"    entente run {path}",
    ]
    assert entente("validate", path).code == 0
    assert entente("run", path, "--runs", 3, "-q").code == 0
    assert Path("reports/border-crisis/report.html").is_file()


def test_new_never_overwrites(entente: Entente, desk: Path) -> None:
    typed = entente("new", "world.yaml", "--in", ".")
    assert typed.code == 1
    assert typed.err == "Error: world.yaml exists already; choose another name\n"
    typed = entente("new", "fresh", "--in", "world.yaml")
    assert typed.code == 1
    assert "world.yaml is a file; name a folder (--in)" in typed.err
    assert left_in(desk) == {"world.yaml", "sources.yaml"}


def test_codes_are_found_by_word_and_by_digits(entente: Entente) -> None:
    whole = entente("codes").out
    assert "163 " in whole
    assert "0251 " not in whole
    typed = entente("codes", "ease", "sanctions")
    assert "085 " in typed.out
    assert "0251 " in typed.out
    assert 'cameo: "0251"' in typed.out
    assert "1662 " in entente("codes", "16").out
    assert "057 " in entente("codes", "sign", "a", "peace", "treaty").out, "nearest to the words"


def test_a_word_that_no_code_knows(entente: Entente) -> None:
    typed = entente("codes", "xyzzy")
    assert (typed.code, typed.out) == (1, "")
    assert "no code is named so: 'xyzzy'; try one plain word" in typed.err


def test_a_lever_without_a_code_is_described_with_the_code_that_would_fit(
    entente: Entente, desk: Path
) -> None:
    text = (desk / "world.yaml").read_text()
    text = text.replace("    cameo: '138'\n", "").replace("    goldstein: 4\n", "")
    (desk / "bare.yaml").write_text(text.replace("    goldstein: -7\n", ""))
    typed = entente("describe", "bare.yaml")
    assert typed.code == 0
    assert "levers without a CAMEO code" in typed.out
    assert "threat (by its name '130' (threaten)?)" in " ".join(typed.out.split())
    assert entente("run", "bare.yaml", "--runs", 2, "-q").code == 0


def test_describe_tells_what_lasts(entente: Entente) -> None:
    Path("bonds.yaml").write_text(BONDS + "shocks: [pandemic]\n", encoding="utf-8")
    said = " ".join(entente("describe", "--no-notes", "bonds.yaml").out.split())
    for words in (
        "Arrangements", "peace: the peace", "Promises", "owed by", "Governments", "cost of ruling",
        "pandemic", "shock", "0.4", "solemnity 0.9",
    ):  # fmt: skip
        assert words in said, words
    plain = entente("describe", "--no-notes", SCENARIOS / "two-neighbours.yaml").out
    for title in ("Arrangements", "Promises", "Governments"):
        assert not any(line.startswith(title) for line in plain.splitlines())


def test_describe_tells_theories_beliefs_and_what_is_of_the_file_s_own(
    entente: Entente, desk: Path
) -> None:
    weights = {"security": 1, "prosperity": 0, "issues": 0, "standing": 0, "support": 0}
    whole = doubting(
        theory="best_response",
        actors__north__theory="median",
        interests={"calm": {"name": "Calm", "of": "tension of north and south", "wants": "less"}},
        lenses={"dove": {"name": "Dove", "about": "Peace.", "weights": {**weights, "calm": 0.7}}},
    )
    (desk / "doubt.yaml").write_text(yaml.safe_dump(whole, sort_keys=False))
    typed = entente("describe", "--no-notes", "doubt.yaml")
    said = " ".join(typed.out.split())
    for words in (
        "north: North median", "south: South best_response",
        "calm: Calm tension of North and South less of it", "dove: Dove", "0.7 Peace.",
        "Beliefs: what actors do not know of one another", "0.5 0.2 0.9",
    ):  # fmt: skip
        assert words in said, typed.out
    plain = entente("describe", "--no-notes", SCENARIOS / "two-neighbours.yaml").out
    for title in ("Theories", "Interests of", "Lenses of", "Beliefs"):
        assert not any(line.startswith(title) for line in plain.splitlines())
