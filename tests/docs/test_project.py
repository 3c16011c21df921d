"""What holds of the project's files as a whole."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from sim.errors import DISTRIBUTION
from sim.reporting import document
from tests.docs import glossary
from tests.docs.markdown import anchors, blocks, documents, links, shown
from tests.fixtures.paths import ROOT

TEXT = {
    ".cff", ".css", ".csv", ".html", ".j2", ".js", ".json", ".md", ".py", ".toml", ".txt",
    ".yaml", ".yml", "",
}  # fmt: skip
NOT_OURS = "plotly-cartesian"
# Where a path names a machine rather than a place in the project.
MACHINE = re.compile(r"(?<![\w.*\]])/(?:home|root|work|tmp|opt|Users)/[\w.]|\b[A-Z]:\\\w")


@cache
def ours() -> dict[str, str]:
    """Every text file of the project, by its path in the checkout."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what belongs to the project is unknown")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if path.is_file() and path.suffix in TEXT and NOT_OURS not in path.name
    }


@pytest.mark.parametrize("document", documents(), ids=shown)
def test_its_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        assert target.exists(), f"{shown(document)}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{shown(document)}: {link}"


def test_the_glossary_is_the_one_of_every_page() -> None:
    assert glossary.DOCUMENT.read_text(encoding="utf-8") == glossary.written()
    terms = [term.lower() for term, _ in document.glossary()]
    assert terms == sorted(set(terms))
    assert len(terms) <= 40


def test_the_index_names_every_document() -> None:
    index = ROOT / "docs" / "README.md"
    named = {(index.parent / link).resolve() for link in links(index)}
    missing = [path.name for path in (ROOT / "docs").glob("*.md") if path not in {*named, index}]
    assert not missing


def test_ci_calls_the_readme_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    command = next(
        block.text.strip()
        for block in blocks(ROOT / "README.md")
        if block.by_ci and "-m tests" in block.text
    )
    steps = ["python3 -m venv .venv", ".venv/bin/pip install -q -e '.[dev]'"]
    assert command.split(" && ") == [*steps, ".venv/bin/python -m tests"]
    lines = [line.replace(" </dev/null", "") for line in script.splitlines()]
    assert lines[-12:] == [
        '"${PYTHON:-python3}" -m venv "$place/venv"',
        "\"$place/venv/bin/pip\" install -q -e '.[dev]'",
        "code=0",
        '"$place/venv/bin/python" -m tests || code=$?',
        '"$place/venv/bin/python" -m tests.versions >"$place/versions.log" 2>&1 &',
        "versions=$!",
        '"$place/venv/bin/python" -m tests.docs.propositions --check || code=$?',
        '"$place/venv/bin/python" -m pytest tests/benchmarks || code=$?',
        '"$place/venv/bin/python" -m sim.soundness --short || code=$?',
        'wait "$versions" || code=$?',
        'cat "$place/versions.log"',
        'exit "$code"',
    ]


def test_no_file_names_a_machine() -> None:
    found = [
        f"{name}: {match[0]}" for name, text in ours().items() for match in MACHINE.finditer(text)
    ]
    assert not found


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {re.split(r"[\[<>=~! ]", line)[0] for line in wanted}
    document = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert names == set(re.findall(r"^- \*\*([\w-]+)\*\*", document, re.MULTILINE))


# "entente" alone, in the Python package index, is another project.
THEIRS = re.compile(
    r"""(?:pipx?|uv)\s+(?:tool\s+)?(?:install|inject|add|run)\s[^\n]*?(?<![\w./'-])['"]?entente(?![\w-])
    |uvx\s+(?!--from)(?:-\S+\s+)*entente(?![\w-])
    |--from\s+['"]?entente(?![\w-])
    |\b(?:version|distribution|metadata|requires)\(\s*['"]entente['"]
    |\bentente\[\w""",
    re.VERBOSE,
)


@pytest.mark.parametrize(
    ("text", "names_it"),
    [
        ("pip install entente", True), ("pip install -U 'entente[x]'", True),
        ("pipx install entente", True), ("uv tool install entente", True), ("uvx entente", True),
        ("uvx --from entente entente run", True), ('version("entente")', True),
        ("pip install 'entente-sim[x]'", False), ("uvx --from . entente run", False),
        ("uvx --from entente-sim entente run", False), ('version("entente-sim")', False),
        ("pip install -e . && .venv/bin/entente run", False), ('found["entente"]', False),
    ],
)  # fmt: skip
def test_what_names_the_other_project(text: str, names_it: bool) -> None:
    assert bool(THEIRS.search(text)) is names_it


def test_no_text_has_users_install_another_project() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in ours().items()
        for match in THEIRS.finditer(text)
        if name != "tests/docs/test_project.py"
    ]
    assert not found


def test_the_citation_is_of_this_release() -> None:
    import tomllib

    import yaml

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[([\d.]+)\] - (\S+)$", changes, re.MULTILINE)
    assert newest is not None
    assert cited["version"] == project["version"] == newest[1]
    assert str(cited["date-released"]) == newest[2]
    assert cited["license"] == project["license"]
    assert [{"name": one["name"]} for one in cited["authors"]] == project["authors"]
    assert project["name"] in cited["message"]
    assert project["name"] == DISTRIBUTION


def test_no_article_is_copied() -> None:
    folder = ROOT.parent / "shared" / "articles"
    articles = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    if not articles:
        pytest.skip("the articles do not lie beside this checkout")
    theirs = {run for path in articles for run in _runs(path.read_text(encoding="utf-8"))}
    copied = {
        name: sorted(" ".join(run) for run in shared)
        for name, text in ours().items()
        if (shared := theirs & set(_runs(text)))
    }
    assert not copied


def _runs(text: str, length: int = 6) -> list[tuple[str, ...]]:
    """All runs of six words, whatever stands between the words."""
    words = re.findall(r"[^\W_]+", re.sub(r"['’]", "", text.lower()))
    return [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]


def test_dates_of_decisions_stand_in_order() -> None:
    text = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
    dates = re.findall(r"^## (\d{4}-\d{2}-\d{2})", text, re.MULTILINE)
    assert dates
    assert all(earlier >= later for earlier, later in pairwise(dates))
