"""The site of the documents: whole, open from disk, searchable, all its links inside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from filelock import FileLock

import sim
from docs.site.__main__ import main
from docs.site.build import MARK, SiteError, build, render
from docs.site.pages import lay_out, notebook
from tests.docs.markdown import documents
from tests.fixtures.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Built once by the command, also where several processes share the tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "site"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            command = [sys.executable, "-m", "docs.site", str(folder)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return folder


class _Page(HTMLParser):
    """The links of a page, what it loads, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += [given[name] for name in ("src", "srcset") if name in given]
        if tag == "link":
            self.loads.append(given["href"])


def _broken(folder: Path) -> Iterator[str]:
    pages = {
        path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")
    }
    for path, page in pages.items():
        for link in [*page.links, *page.loads]:
            name, _, anchor = unquote(link).partition("#")
            if "://" in link or link.startswith(("mailto:", "data:")):
                if link in page.loads:
                    yield f"{path.name} loads {link}"
                continue
            target = (path.parent / name.partition("?")[0]).resolve() if name else path
            there = target.is_file() and target.is_relative_to(folder.resolve())
            if not there or (target in pages and anchor not in pages[target].anchors):
                yield f"{path.name}: {link}"


def test_links_lead_to_pages_of_the_site_and_nothing_comes_from_a_network(site: Path) -> None:
    assert list(_broken(site)) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#x"></a><a href="c.html"></a><p id="y">')
    (tmp_path / "b.html").write_text('<a href="a.html#y"></a><script src="https://x.org"></script>')
    found = sorted(_broken(tmp_path))
    assert found == ["a.html: b.html#x", "a.html: c.html", "b.html loads https://x.org"]


def test_every_document_has_a_page(site: Path) -> None:
    index = site / "index.html"
    for document in documents():
        page = site / document.relative_to(ROOT).with_suffix(".html")
        assert page.is_file() or document == ROOT / "docs" / "README.md", page
    first = index.read_text(encoding="utf-8")
    assert "docs/comparison.html" in _Page(first).links
    assert first.index("Entente simulates political situations") < first.index(">Documents<")


def test_every_public_name_has_an_entry(site: Path) -> None:
    entries: set[str] = set()
    for page in (site / "api").glob("*.html"):
        entries |= _Page(page.read_text(encoding="utf-8")).anchors
    assert {f"sim.{name}" for name in sim.__all__} <= entries
    for name in ("View", "Proposal", "Acts", "Surroundings", "Surroundings.acts", "PASS"):
        assert f"sim.theories.protocol.{name}" in entries
    assert "sim.Runs.to_dataframe" in entries


def test_types_are_shown_by_their_names_and_words_are_no_links(site: Path) -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (site / "api").glob("*.html")}
    assert not [name for name, text in pages.items() if "TypeAliasForwardRef" in text]
    assert "ScenarioLike" in pages["studies"]
    assert ">Theories</span>" in pages["studies"]
    assert "<em>runs</em>" in pages["theories"]


@pytest.mark.browser
def test_search_works_from_disk(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    wrong: list[object] = []
    page.on("pageerror", lambda error: wrong.append(error))
    page.goto((site / "index.html").as_uri())
    page.get_by_role("searchbox").or_(page.locator("input[name=q]")).first.fill("herfindahl")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results ul.search a")
    page.locator("#search-results ul.search a").first.click()
    page.wait_for_load_state()
    assert "herfindahl" in page.content().lower()
    assert not wrong


@pytest.mark.filterwarnings("ignore:.*is deprecated")
def test_a_fault_in_a_document_is_told_and_nothing_is_built(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "index.md").write_text("# One\n\n[to nothing](missing.md) [too](#no-heading)\n")
    with pytest.raises(SiteError, match=r"index.md:3(?s:.)*missing.md(?s:.)*no-heading"):
        render(source, tmp_path / "built")


@pytest.mark.parametrize("sort", ["a file", "a folder of something else"])
def test_what_is_no_site_is_not_overwritten(sort: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    if sort == "a file":
        folder.write_text("mine")
    else:
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
    with pytest.raises(SiteError, match="name another folder"):
        build(folder)
    assert sort == "a file" or (folder / "notes.txt").read_text() == "mine"
    assert not (folder / MARK).exists()


def test_the_command_says_what_is_missing_and_how_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("docs.site.build.find_spec", lambda name: None)
    assert main([str(tmp_path / "site")]) == 2
    assert "pip install -e '.[docs]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SystemExit, match="2"):
        main(["one", "two"])
    assert "usage: python -m docs.site" in capsys.readouterr().err


def test_links_to_files_lead_to_pages_that_show_them(tmp_path: Path) -> None:
    lay_out(ROOT, tmp_path)
    theories = (tmp_path / "docs" / "theories.md").read_text(encoding="utf-8")
    assert "](../files/sim/theories/protocol.py.md)" in theories
    assert "](../files/sim/theories/index.md)" in theories
    shown = (tmp_path / "files" / "sim" / "theories" / "protocol.py.md").read_text(encoding="utf-8")
    assert (ROOT / "sim" / "theories" / "protocol.py").read_text(encoding="utf-8") in shown


def test_a_notebook_becomes_text_and_code() -> None:
    cells = '{"cells": [{"cell_type": "markdown", "source": ["# A\\n", "b"]}, '
    text = notebook(cells + '{"cell_type": "code", "source": ["x = 1"]}]}', "own.ipynb")
    assert text.startswith("# A\nb\n\n{download}`The notebook itself <own.ipynb>`\n\n```python\nx")
