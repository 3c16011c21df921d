"""What must hold of the page of every study; what is special to one is in its own folder."""

from __future__ import annotations

import itertools
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import sim
from sim.cli.app import execute
from sim.reporting.html import static
from sim.scenario.yaml_reader import yaml_text
from tests.fixtures.browsing import opened, serious
from tests.fixtures.pages import EVIL, figures, outline
from tests.fixtures.proposition_files import CLOSER, THREATS, claim, put
from tests.fixtures.scenarios import changed
from tests.studies.sensitivity.test_study import LIVELY

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TENSION, SUPPORT = "relations.north and south.tension", "actors.south.support"
DECISION = ("--round", 2, "--actor", "north", "--toward", "south")
LENSES = ("--lens", "realist", "--lens", "liberal")
COMMANDS: dict[str, tuple[object, ...]] = {
    "run": ("run", "evil.yaml", "--runs", 30),
    "compare": ("compare", "evil.yaml", "strong.yaml", "mild.yaml", "--runs", 20),
    "compare through lenses": ("compare", "evil.yaml", "strong.yaml", "--runs", 20, *LENSES),
    "sweep": ("sweep", "evil.yaml", "--over", f"{TENSION}=0.1,0.3,0.5,0.7", "--runs", 20),
    "sweep of two": (
        "sweep", "evil.yaml", "--over", f"{TENSION}=0.1,0.3,0.5,0.7",
        "--over", f"{SUPPORT}=0.2,0.4,0.9",
        "--runs", 20,
    ),
    "sensitivity": ("sensitivity", "evil.yaml", "--samples", 32),
    "discover": ("discover", "evil.yaml", "--where", "watch: far", "--runs", 200),
    "whatif": ("whatif", "evil.yaml", *DECISION, "--lever", "summit", "--runs", 20),
    "explain": ("explain", "evil.yaml", "--run", 1, "--round", 2),
    "equilibrium": (
        "equilibrium", "evil.yaml", "--actors", "north,south", "--round", 2, "--runs", 20,
        "--track", "words",
    ),
    "responses": ("responses", "evil.yaml", "--runs", 8),
    "propositions": ("propositions", "propositions", "--pairs", 20),
    "score": ("score", "evil.yaml", "--record", "evil-record.yaml", "--runs", 100),
}  # fmt: skip

ASKED: dict[str, Any] = {
    "talks": {"name": EVIL, "acts": "summit", "came": 2, "at_least": 1, "source": EVIL},
    "tension": {
        "of": "tension of north and south", "on": "2017-03-31", "came": 0.4, "error": 0.1,
        "series": {f"201{nth}-01-01": 0.1 * (nth % 3) for nth in range(6)}, "why": EVIL,
    },
    "warmer": {"of": "affinity of north and south", "until": "2017-03-31", "came": "falls"},
    "storm": {"event": "storm", "came": True},
    "other": {"name": f"{EVIL}!", "came": False},
}  # fmt: skip
"""Questions to that scenario of every sort, and one that it cannot speak to."""

COVERED = """() => [...document.querySelectorAll(".plot")].filter(plot => {
  const legend = plot.querySelector(".legend");
  const ticks = [...plot.querySelectorAll(".xtick text")].map(one => one.getBoundingClientRect());
  const below = legend && legend.getBoundingClientRect();
  return below && ticks.some(
    (one) => one.height && one.bottom > below.top + 1 && one.top < below.bottom - 1);
}).map(plot => plot.id)"""
"""The charts whose legend lies over the dates or numbers of their axis."""

SAID_BY_TABLES = {"compare", "compare through lenses", "propositions"}
"""Studies in which the table of some charts stands open, and says what there is to say."""


def hostile() -> dict[str, Any]:
    """A scenario in which every word is an attack."""
    document: dict[str, Any] = changed(
        LIVELY, title=EVIL, summary=EVIL,
        issues__border__outcome={"value": 40, "spread": {"uniform": [0, 90]}},
        issues__border__low=EVIL, issues__border__high=f"{EVIL}!",
        levers__summit__says=EVIL.replace("{", "").replace("}", ""),
        watch__far={"name": "far", "when": {"issue border": {"at_least": 60}}},
        events={"storm": {"name": "storm", "chance": 0.2, "changes": {"issue border": {"by": 1}}}},
        actors__north__power={"value": 0.2, "why": EVIL},
        history={"border": {"why": EVIL, "values": {"2016-09-01": 40, "2016-12-10": 41}}},
    )  # fmt: skip
    for home in ("actors", "issues", "levers", "events", "outcomes", "watch"):
        for item in document[home].values():
            item["name"] = EVIL + item["name"]
    return document


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("pages")
    strong = changed(hostile(), title="Strong", actors__south__power=0.5)
    mild = changed(hostile(), title="Mild", actors__south__power=0.3)
    for name, document in {"evil": hostile(), "strong": strong, "mild": mild}.items():
        text = sim.to_yaml(sim.build(document))
        (home / f"{name}.yaml").write_text(text, encoding="utf-8")
    measures = {
        "threats": {**THREATS, "name": EVIL},
        "agreed": {"consent": "summit", "expect": "rises"},
        "settled": {"watch": "settled", "expect": "unchanged"},
    }
    put(home, {**claim(CLOSER, **measures), "claim": EVIL, "note": EVIL}, "t1")
    record = yaml_text({"title": EVIL, "about": EVIL, "questions": ASKED})
    (home / "evil-record.yaml").write_text(record, encoding="utf-8")
    return home


@cache
def written(study: str, desk: Path) -> Path:
    """The page of a study, made once by the command that a user types."""
    out = desk / "reports" / study.replace(" ", "-")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(desk)
        words = [*COMMANDS[study], "--out", out]
        assert execute([str(word) for word in words]) == 0
    (page,) = out.glob("*.html")
    return page


@pytest.fixture(params=COMMANDS)
def study(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def path(study: str, desk: Path) -> Path:
    return written(study, desk)


def test_it_asks_for_nothing_and_may_not(study: str, path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    for tag, name, value in outline(html).attributes:
        assert name not in ("src", "srcset", "data", "poster"), tag
        if name == "href":
            assert value is not None
            assert value.startswith(("#", "data:,"))
    assert "default-src 'none'" in html
    assert "@import" not in html
    assert "url(" not in static("report.css")
    assert len(html.encode()) < (2_500_000 if study == "explain" else 3_000_000)


def test_headings_descend_and_links_arrive(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    body = html[: html.index('<script type="application/json"')]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", body)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert '<html lang="en">' in html
    assert '<meta name="viewport"' in html
    seen = outline(html).attributes
    ids = [value for _, name, value in seen if name == "id"]
    assert len(ids) == len(set(ids))
    for _, name, value in seen:
        if name == "href" and value and value.startswith("#"):
            assert value[1:] in ids


def test_every_chart_has_words_and_its_data_as_a_table(study: str, path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    body = html[: html.index('<script type="application/json"')]
    drawn = re.findall(r'class="plot" id="([^"]+)"', body)
    assert drawn
    assert len(drawn) == len(set(drawn))
    assert set(figures(html)) == set(drawn)
    parts = [part[: part.index("</figure>")] for part in re.split(r"<figure\b", body)[1:]]
    charts = [part for part in parts if 'class="plot"' in part]
    assert sum(part.count('class="plot"') for part in charts) == len(drawn)
    for part in charts:
        assert "<figcaption>" in part
        assert "<table" in part
        assert 'role="img"' not in part
        if study not in SAID_BY_TABLES:
            assert 'class="finding"' in part
            assert "Data as table" in part


def test_words_of_the_scenario_are_no_markup(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    seen = outline(html)
    assert seen.tags.count("script") == 4  # look and figures, plotly.js and the page's own
    assert "img" not in seen.tags
    assert not [name for _, name, _ in seen.attributes if name.startswith("on")]
    assert "7 * 7" in html
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", html, re.S)[0]
    for name, figure in figures(html).items():
        text = json.dumps(figure)
        assert "<script" not in text, name
        assert "<img" not in text, name


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_a_browser_draws_it_whole(browser: Browser, study: str, path: Path, width: int) -> None:
    page, trouble = opened(browser, path, width)
    assert trouble == []
    assert page.title() != "broken"
    if study in ("run", "sensitivity"):
        assert page.title() == EVIL
    assert page.locator(".plot").count() == page.locator(".plot .main-svg:first-child").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    spilled = page.evaluate(
        "[...document.querySelectorAll('.plot')].filter(plot => plot.querySelector('.main-svg')"
        ".getBoundingClientRect().width > plot.clientWidth + 1).map(plot => plot.id)"
    )
    assert spilled == []
    assert page.evaluate(COVERED) == []
    assert serious(page) == []
    if width == 1280:
        assert len(page.pdf(prefer_css_page_size=True)) > 10_000
    page.close()
