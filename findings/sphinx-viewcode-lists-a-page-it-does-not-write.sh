#!/usr/bin/env bash
# Sphinx 9.0.4: the overview of source pages links to builtins.html, which is not written.
#
# A module documents a type by a name of its own, `Table = dict[str, int]`, as autodoc and
# viewcode allow. The list of modules with source (_modules/index.html) then has an entry
# "builtins" beside that of the module; its page does not exist. No warning is given, also
# with -W and -n. With viewcode_follow_imported_members off the entry is not there.
#
# Seen: a link to builtins.html without a page; none with the setting off.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check sphinx==9.0.4
mkdir source
cat >source/tables.py <<'PYTHON'
"""A module."""

Table = dict[str, int]
"""A number by name."""


def total(table):
    """The sum of all."""
    return sum(table.values())
PYTHON
cat >source/conf.py <<'PYTHON'
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode"]
PYTHON
printf 'Tables\n======\n\n.. automodule:: tables\n   :members:\n' >source/index.rst

venv/bin/sphinx-build -q -W -n -b html source with
venv/bin/sphinx-build -q -W -n -b html -D viewcode_follow_imported_members=0 source without
grep -q 'href="builtins.html"' with/_modules/index.html
test ! -e with/_modules/builtins.html
test -e with/_modules/tables.html
if grep -q 'builtins' without/_modules/index.html; then exit 1; fi
echo "as seen"
