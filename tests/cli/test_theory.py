"""The option ``--theory``: theories by name and from a file, and code in a manifest."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from sim.cli import options
from sim.model import seats
from tests.fixtures.typed_command import Entente

MINE = """\
import numpy as np

from sim.theories.protocol import PASS


def rule(view):
    eager = view.draw < 0.4
    return np.where(view.open.any(axis=0) & eager, view.open.argmax(axis=0), PASS)


class Silent:
    def choose(self, view):
        return np.full(len(view.draw), PASS)

    def answer(self, proposal):
        return np.zeros(len(proposal.draw), dtype=bool)


quiet = Silent()


def dice(view):
    eager = np.random.default_rng().random(len(view.draw)) < 0.4
    return np.where(view.open.any(axis=0) & eager, view.open.argmax(axis=0), PASS)
"""


@pytest.fixture
def mine(desk: Path) -> Path:
    """A file of theories beside the scenario."""
    path = desk / "mine.py"
    path.write_text(MINE)
    return path


def facts(folder: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((Path(folder) / "manifest.json").read_text("utf-8"))
    return found


def test_a_run_says_by_which_theories_and_gets_a_folder_of_its_own(
    mine: Path, entente: Entente
) -> None:
    words = ("run", "world.yaml", "--runs", 20, "--quiet", "--theory")
    assert entente(*words, "mine.py:rule").code == 0
    folder = "reports/world-mine.py-rule"
    assert "Theory of North" in (Path(folder) / "report.html").read_text("utf-8")
    theories = facts(folder)["theories"]
    assert isinstance(theories, dict)
    assert theories["north"]["content"] == MINE
    assert str(facts(folder)["command"]).endswith("--theory mine.py:rule")
    assert entente(*words, "north=best_response", "--out", "one").code == 0
    assert facts("one")["theories"] == {"north": {"name": "best_response"}}
    assert entente(*words, "quantal", "--out", "two").code == 0
    assert entente(*words[:-1], "--out", "three").code == 0
    assert facts("two")["results"] == facts("three")["results"] != facts("one")["results"]


def test_code_in_a_manifest_is_carried_out_only_where_it_is_trusted(
    mine: Path, entente: Entente
) -> None:
    words = ("run", "world.yaml", "--runs", 20, "--quiet", "--out", "mine", "--theory")
    assert entente(*words, "mine.py:Silent").code == 0
    mine.unlink()
    refused = entente("rerun", "mine")
    assert refused.code == 1
    assert "made with code of its own (mine.py)" in refused.err
    assert "--trust-code" in refused.err
    assert "Same bytes: 20 runs" in entente("rerun", "mine", "--trust-code").out
    path = Path("mine") / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("np.zeros", "np.ones "), "utf-8")
    altered = entente("rerun", "mine", "--trust-code")
    assert "the content of mine.py was altered" in altered.err


def test_a_theory_with_random_numbers_of_its_own_is_noticed(mine: Path, entente: Entente) -> None:
    words = ("run", "world.yaml", "--runs", 20, "--quiet", "--out", "mine", "--theory")
    assert entente(*words, "mine.py:dice").code == 0
    again = entente("rerun", "mine", "--trust-code")
    assert again.code == 1
    assert "a theory (mine.py:dice) may draw random numbers of its own" in again.err


def test_compare_plays_a_scenario_under_each_theory(mine: Path, entente: Entente) -> None:
    typed = entente("compare", "world.yaml", "--theory", "quantal,mine.py:rule", "--runs", 30)
    assert typed.code == 0
    assert "Each is held against “Quantal”" in typed.out
    assert "Where theories differ" in typed.out
    assert entente("compare", "world.yaml", "--theory", "all", "--runs", 10, "--quiet").code == 0
    folder = Path("reports/compare-world-theories")
    assert (folder / "report.html").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "--over", "actors.north.power=0.3,0.6", "--runs", 4),
        ("whatif", "--round", 2, "--actor", "north", "--lever", "summit", "--toward", "south",
         "--runs", 10),
    ],
)  # fmt: skip
def test_other_studies_take_a_theory(
    words: tuple[object, ...], mine: Path, entente: Entente
) -> None:
    command, *rest = words
    typed = entente(command, "world.yaml", *rest, "--theory", "mine.py:rule")
    assert (typed.code, typed.err) == (0, "")
    assert "mine.py-rule" in typed.out.rsplit("Report: ", 1)[1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("best_respons", "did you mean 'best_response'?"),
        ("nort=quantal", "there is no actor 'nort'"),
        ("mine.py", "name the theory in the file: mine.py:NAME"),
        ("quantal,median", "'compare' holds several against one another (--theory A,B)"),
        ("mine.py:rul", "did you mean 'rule'? it has 'rule', 'Silent', 'quiet' and 'dice'"),
        ("mine.py:quit", "did you mean 'quiet'?"),
        ("leaves.py:rule", "leaves.py, line 1 fails when it is read: SystemExit: 4"),
        ("none.py:rule", "none.py cannot be read"),
        ("cut.py:rule", "cut.py, line 2: '(' was never closed"),
        ("lacks.py:rule", "lacks.py, line 3 imports 'no_such_module', which is not installed"),
        ("fails.py:rule", "fails.py, line 2 fails when it is read: ZeroDivisionError"),
        ("needs.py:Rule", "no Rule can be made (TypeError:"),
        ("empty.py:rule", "it defines nothing"),
    ],
)
def test_what_is_wrong_with_a_theory_is_said(
    given: str, said: str, mine: Path, entente: Entente
) -> None:
    for name, text in {
        "cut": "def rule(view):\n    return (\n",
        "lacks": "import numpy\n\nimport no_such_module\n",
        "fails": "def rule(view):\n    return 1 / 0\n\n\nrule(3)\n",
        "needs": "class Rule:\n    def __init__(self, what):\n        self.what = what\n",
        "leaves": "raise SystemExit(4)\n",
        "empty": "",
    }.items():
        (mine.parent / f"{name}.py").write_text(text)
    typed = entente("run", "world.yaml", "--runs", 2, "--theory", given, "--out", "none")
    assert typed.code == 1
    assert said in typed.err
    assert "--theory: " in typed.err
    assert "all: " not in typed.err
    assert not Path("none").exists()


def test_folders_differ_where_theories_do() -> None:
    given = (
        {"all": "mine.py:rule"},
        {"all": "mine.py:Rule"},
        {"all": "mine.py:RULE"},
        {"south": "mine.py:rule"},
        {"north": "mine.py:rule"},
        {"all": "quantal", "north": "mine.py:rule"},
        {f"a{n}": "mine.py:rule" for n in range(30)},
        {f"a{n}": "mine.py:rule" for n in range(31)},
    )
    tails = [options.theory_tail(one) for one in given]
    assert len({tail.lower() for tail in tails}) == len(given)
    assert max(map(len, tails)) <= 120
    assert tails[0] == "-mine.py-rule"
    assert tails[3] == "-south-mine.py-rule"
    both = {"north": "tit_for_tat", "south": "quantal"}
    assert options.theory_tail(both) == options.theory_tail(dict(reversed(both.items())))
    assert options.theory_tail(None) == ""


def test_two_theories_for_one_actor_are_refused(entente: Entente) -> None:
    typed = entente("run", "world.yaml", "--theory", "quantal", "--theory", "best_response")
    assert typed.code == 2
    assert "names two theories for all" in typed.err


def test_a_scenario_never_names_a_file_of_code(mine: Path, desk: Path, entente: Entente) -> None:
    (desk / "sly.yaml").write_text("extends: world.yaml\ntitle: x\ntheory: mine.py:rule\n")
    typed = entente("validate", "sly.yaml")
    assert typed.code == 1
    assert "theory" in typed.err + typed.out


def test_a_slow_theory_is_told_in_a_note(
    mine: Path, entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "SLOW", 0.0)
    words = ("run", "world.yaml", "--runs", 20, "--quiet", "--theory", "north=mine.py:rule")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        found = entente(*words)
    assert found.code == 0
    assert found.err.startswith("Note: the theory 'mine.py:rule' is slow: 0.0 s for 'north' in 20")


def test_files_of_the_same_text_each_read_what_lies_beside_them(
    desk: Path, entente: Entente
) -> None:
    text = (
        "\ufefffrom pathlib import Path\n\nimport numpy as np\n\n"
        "act = (Path(__file__).parent / 'act.txt').read_text() == 'yes'\n\n\n"
        "def rule(view):\n"
        "    best = view.open.argmax(axis=0)\n"
        "    return np.where(view.open.any(axis=0) & act, best, -1)\n"
    )
    for name, act in (("a", "yes"), ("b", "no")):
        (desk / name).mkdir()
        (desk / name / "rule.py").write_text(text, encoding="utf-8")
        (desk / name / "act.txt").write_text(act)
    both = "a/rule.py:rule,b/rule.py:rule"
    typed = entente("compare", "world.yaml", "--theory", both, "--runs", 20)
    assert typed.code == 0
    assert "Where theories differ" in typed.out
