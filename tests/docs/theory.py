"""The table of coefficients in ``docs/model.md``, made from the types and the base scenario.

``python -m tests.docs.theory`` writes it anew between its markers; a test
compares what stands there with what would be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from sim.scenario.coefficients import Coefficients
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import walk
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "model.md"
_MARKED = re.compile(r"(<!-- theory -->\n).*?(<!-- end -->)", re.DOTALL)
_SECTIONS = {
    "rationality": "6.5", "felt_scale": "6.5", "loss_aversion": "6.3", "regard": "6.3",
    "reciprocity": "6.4", "reaction_scale": "6.4", "balance": "6.6", "concentration": "6.3",
    "wear": "6.2, 6.6", "recovery": "6.6", "reversion": "6.6, 6.3", "noise": "6.6",
    "effect_scale": "6.2", "diminishing": "6.3", "sentiment": "6.5", "heat": "6.5",
    "heat_persistence": "6.6", "incident_heat": "6.7", "trend_damping": "6.6",
    "horizon": "6.8", "breach": "6.8", "learning": "6.9", "credence": "6.9", "review": "6.10",
    "accountability": "6.10",
}  # fmt: skip


def table() -> str:
    """Each coefficient: where it stands, what it means, its default, its value in the base."""
    base = load_scenario(ROOT / "scenarios" / "northeast-asia-2016.yaml").parameters
    rows = [
        "| coefficient | in | meaning | default | in the Northeast Asian scenarios |",
        "|---|---|---|---|---|",
    ]
    for parameter in walk(Coefficients()):
        here = base[f"coefficients.{parameter.path}"]
        spread = f", {here.quantity.spread}" if here.quantity.spread else ""
        stated = f"{here.value:g}{spread}" if here.stated else "the default"
        head = parameter.path.split(".")[0]
        rows.append(
            f"| `{parameter.path}` | {_SECTIONS[head]} | {_meanings()[parameter.path]} "
            f"| {parameter.value:g} | {stated} |"
        )
    return "\n".join(rows)


def rewritten(text: str) -> str:
    """The document with its table as the program has it."""
    return _MARKED.sub(lambda match: f"{match[1]}{table()}\n{match[2]}", text)


def _meanings() -> dict[str, str]:
    return dict(_described(Coefficients, ""))


def _described(model: type[BaseModel], before: str) -> Iterator[tuple[str, str]]:
    words = {"reversion": "share of the way back to the baseline per round",
             "noise": "standard deviation of the random change per round",
             "effect_scale": "multiplies the effects of such levers"}  # fmt: skip
    for name, field in model.model_fields.items():
        kind = field.annotation
        if name in ("source", "why"):
            continue
        if name in words and isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from ((f"{name}.{inner}", words[name]) for inner in kind.model_fields)
        else:
            yield name, field.description or ""


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), encoding="utf-8")
