"""From the documents to a folder of pages that open from disk, with search."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docs.site.pages import lay_out
from docs.site.reference import write_reference

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(__file__).parent / "static"
MARK = ".buildinfo"
"""The file by which Sphinx marks a folder as its own."""

NEEDED = {"sphinx": "sphinx", "furo": "furo", "myst_parser": "myst-parser"}

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
    "napoleon_google_docstring": False,
    # Types in docstrings are words, "path or mapping": no links are made of them.
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

    warnings = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as read,
        patch_docutils(),
        docutils_namespace(),
    ):
        Sphinx(
            srcdir=source,
            confdir=None,
            outdir=built,
            doctreedir=read,
            buildername="html",
            confoverrides=SETTINGS,
            status=None,
            warning=warnings,
        ).build()
    found = re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).replace(f"{source}{os.sep}", "")
    if found.strip():
        raise SiteError(f"a page has faults; nothing was written:\n{found.strip()}")
