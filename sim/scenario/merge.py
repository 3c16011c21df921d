from __future__ import annotations
from sim.errors import Fault
from sim.scenario.node import Node
def extend(base: Node, child: Node, faults: list[Fault]) -> tuple[Node, list[str]]:
    raise NotImplementedError
