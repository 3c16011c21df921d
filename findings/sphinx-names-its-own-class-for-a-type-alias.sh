#!/usr/bin/env bash
# Sphinx 9.0.4: an alias of autodoc_type_aliases is shown by its name when it stands alone,
# but as TypeAliasForwardRef('Numbers') inside another type.
#
# autodoc_type_aliases is for readers, who are to see a short name instead of all that it
# stands for. `Numbers` is; `Numbers | None` and `dict[str, Numbers]` show a class of Sphinx
# itself in the signature. No warning is given, also with -W.
#
# Seen: the three signatures below, one right and two with the name of that class.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check sphinx==9.0.4
mkdir source
cat >source/sums.py <<'PYTHON'
"""A module."""

from __future__ import annotations

Numbers = list[float]


def alone(numbers: Numbers):
    """An alias by itself."""


def either(numbers: Numbers | None):
    """An alias or nothing."""


def inside(numbers: dict[str, Numbers]):
    """An alias by name."""
PYTHON
cat >source/conf.py <<'PYTHON'
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
extensions = ["sphinx.ext.autodoc"]
autodoc_type_aliases = {"Numbers": "Numbers"}
PYTHON
printf 'Sums\n====\n\n.. automodule:: sums\n   :members:\n' >source/index.rst

venv/bin/sphinx-build -q -W -b text source built
grep 'sums\.' built/index.txt
grep -q 'sums.alone(numbers: Numbers)' built/index.txt
grep -q "sums.either(numbers: TypeAliasForwardRef('Numbers') | None)" built/index.txt
grep -q "sums.inside(numbers: dict\[str, TypeAliasForwardRef('Numbers')\])" built/index.txt
echo "as seen"
