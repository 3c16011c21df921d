"""What a YAML syntax error means, in plain words."""

from __future__ import annotations

import yaml

from sim.errors import Fault, Place


def plain_words(error: yaml.MarkedYAMLError, text: str, file: str) -> Fault:
    """Explain a syntax error to somebody who does not know YAML's grammar.

    Parameters
    ----------
    error : yaml.MarkedYAMLError
        As the C or the Python parser raised it; the two word it differently.
    text : str
        What was parsed.
    file : str
        Its name in messages.
    """
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    here = lines[line][column : column + 1] if line < len(lines) else ""
    place = Place(file, line + 1, column + 1)
    words = f"{error.context or ''} {error.problem or ''}"
    opened = error.context_mark.line + 1 if error.context_mark else line + 1

    if "quoted scalar" in words:
        if error.context_mark:
            place = Place(file, opened, error.context_mark.column + 1)
        if "escape" in words:
            return Fault(place, "a backslash in double quotes is misread", "use single quotes")
        return Fault(
            place,
            "a quotation mark is opened here and never closed",
            'close it; a text with an apostrophe goes in double quotes: "the other\'s"',
        )
    if "flow sequence" in words or "flow mapping" in words:
        bracket = "[" if "sequence" in words else "{"
        return Fault(
            place,
            f"the bracket '{bracket}' opened on line {opened} is not closed, or a comma is missing",
            f"close it with '{']' if bracket == '[' else '}'}' and put commas between the parts",
        )
    if here == "\t" or "\\t" in words:
        return Fault(place, "a tab stands here", "indent with spaces; YAML does not read tabs")
    if "cannot start any token" in words:
        return Fault(place, f"a text cannot begin with '{here}'", "put the text in quotes")
    if "mapping values are not allowed" in words:
        above = _line_without_colon(lines, line)
        return Fault(
            place,
            "a ':' stands where none can",
            f"line {above} above has no ':' after its key; write 'key: value' there"
            if above
            else "put a text that holds ': ' in quotes, or mend the indent of this line",
        )
    if "expected ':'" in words:
        return Fault(place, "a key without ':' stands here or just above", "write 'key: value'")
    if "block mapping" in words or "block sequence" in words or "block collection" in words:
        odd = _line_with_an_open_quote(lines, opened - 1, line)
        return Fault(
            place,
            f"this line does not fit the block that began on line {opened}",
            f"line {odd} opens a quotation mark that it does not close; close it there"
            if odd
            else "indent it, or the lines of that block, like its neighbours, and put a text that "
            "begins with a quote, '[' or '{' wholly in quotes",
        )
    return Fault(
        place, f"this is not YAML: {words.strip()}", "mend the line, or put text in quotes"
    )


def _line_without_colon(lines: list[str], line: int) -> int:
    """Number of the line just above, if it looks like a key that lacks its ':'; else 0."""
    for number in range(line - 1, -1, -1):
        written = lines[number].split(" #")[0].strip()
        if written and not written.startswith("#"):
            return 0 if ":" in written or written[0] in "-[{\"'" else number + 1
    return 0


def _line_with_an_open_quote(lines: list[str], first: int, last: int) -> int:
    """Number of the first line with an odd number of double quotes; 0 if there is none."""
    for number in range(max(first, 0), min(last + 1, len(lines))):
        if lines[number].split(" #")[0].count('"') % 2:
            return number + 1
    return 0
