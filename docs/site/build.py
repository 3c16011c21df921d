"""From the documents to a folder of pages that open from disk, with search."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from importlib import import_module
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from docs.site.pages import lay_out
from docs.site.reference import write_reference

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(__file__).parent / "static"
MARK = ".buildinfo"
"""The file by which Sphinx marks a folder as its own."""

NEEDED = {"sphinx": "sphinx", "furo": "furo", "myst_parser": "myst-parser"}

ALIASES = (
    "Answer", "Bools", "Decision", "Floats", "Ints", "Overrides", "Progress", "ScenarioLike",
    "StageProgress", "Theories", "Theory", "Track", "Workers",
)  # fmt: skip
"""Types that have a name of their own."""

SETTINGS: dict[str, Any] = {
    "project": "Entente",
    "copyright": "the Entente developers",
    "extensions": [
        "myst_parser",
        "sphinx.ext.autodoc",
        "sphinx.ext.napoleon",
        "sphinx.ext.viewcode",
    ],
    "html_theme": "furo",
    "html_title": "Entente",
    "html_static_path": [str(STATIC)],
    "html_css_files": ["site.css"],
    "html_show_sphinx": False,
    "html_copy_source": False,
    # Excerpts would be fetched, which browsers refuse pages opened from disk.
    "html_show_search_summary": False,
    "html_theme_options": {"navigation_with_keys": True},
    # Anchors of headings are made as forges make them, to the depth that documents link to.
    "myst_heading_anchors": 6,
    "myst_links_external_new_tab": False,
    "suppress_warnings": ["myst.header", "misc.highlighting_failure"],
    "autodoc_member_order": "bysource",
    "autodoc_typehints": "signature",
    "autodoc_typehints_format": "short",
    "autodoc_preserve_defaults": True,
    # Shown by their names, not by all that they stand for.
    "autodoc_type_aliases": {name: name for name in ALIASES},
    "napoleon_google_docstring": False,
    "napoleon_use_param": False,
    "napoleon_use_rtype": False,
    "python_use_unqualified_type_names": True,
    "python_display_short_literal_types": True,
    "python_maximum_signature_line_length": 80,
    "add_module_names": False,
    "toc_object_entries_show_parents": "hide",
}


class SiteError(Exception):
    """The site cannot be built; the text says why, and what to do."""


def build(folder: Path) -> int:
    """Build the site, and put it in place of the one that was there.

    Parameters
    ----------
    folder : Path
        Where it goes. It may be missing, empty, or hold an earlier site.

    Returns
    -------
    int
        How many pages it has.

    Raises
    ------
    SiteError
        Where the generator is not installed, the folder holds something else, or a
        document or docstring has a fault: a link that leads nowhere, markup that is broken.
    """
    missing = [package for name, package in NEEDED.items() if find_spec(name) is None]
    if missing:
        raise SiteError(f"{' and '.join(missing)} not installed: pip install -e '.[docs]'")
    if folder.exists() and (
        not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file())
    ):
        raise SiteError(f"{folder} holds something else than a site: name another folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".site-") as work:
        source, built = Path(work, "source"), Path(work, "built")
        lay_out(ROOT, source)
        write_reference(source / "api")
        render(source, built)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(built, folder)
    return sum(1 for _ in folder.rglob("*.html"))


def render(source: Path, built: Path) -> None:
    """Make pages of sources that are laid out.

    Raises
    ------
    SiteError
        With every fault that the generator finds in them.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils
    from sphinx.util.inspect import TypeAliasForwardRef

    warnings = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as read,
        # Inside other types Sphinx shows an alias by this, with the name of its own class.
        patch.object(TypeAliasForwardRef, "__repr__", lambda alias: alias.name),
        patch_docutils(),
        docutils_namespace(),
    ):
        app = Sphinx(
            srcdir=source,
            confdir=None,
            outdir=built,
            doctreedir=read,
            buildername="html",
            confoverrides=SETTINGS,
            status=None,
            warning=warnings,
        )
        app.connect("viewcode-follow-imported", _home_of)
        app.connect("doctree-read", _link_classes_only)
        app.build()
    found = re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).replace(f"{source}{os.sep}", "")
    if found.strip():
        raise SiteError(f"a page has faults; nothing was written:\n{found.strip()}")


def _home_of(app: Sphinx, module: str, name: str | None) -> str:
    """The module of ours that has the source of something; that of ``dict[str, int]`` is none."""
    try:
        home = getattr(attrgetter(name)(import_module(module)), "__module__", "") if name else ""
    except AttributeError:  # it is of an instance
        return module
    return home if str(home).startswith("sim.") else module


def _link_classes_only(app: Sphinx, page: nodes.document) -> None:
    """In the types that docstrings state, words stay words: "path", "runs"."""
    from docutils import nodes
    from sphinx.addnodes import desc_signature, pending_xref

    heads = [one for head in page.findall(desc_signature) for one in head.findall(pending_xref)]
    for link in [one for one in page.findall(pending_xref) if one not in heads]:
        text, words = link["reftarget"], link["reftype"] in ("class", "obj")
        if link["refdomain"] == "py" and words and not text.rpartition(".")[2][:1].isupper():
            link.replace_self(nodes.emphasis(text, text))
