from __future__ import annotations
from sim.errors import Fault
from sim.scenario.node import Node
from sim.scenario.schema import Description, Library
def check(description: Description, root: Node, library: Library) -> tuple[list[Fault], list[str]]:
    return [], []
