from __future__ import annotations
from sim.errors import Fault
from sim.scenario.node import Node
def change(root: Node, path: str, text: str, faults: list[Fault]) -> tuple[Node, list[str]]:
    raise NotImplementedError
