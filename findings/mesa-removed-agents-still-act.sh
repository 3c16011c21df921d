#!/usr/bin/env bash
# Mesa 3.3.1: whether an agent that was removed during a step still acts depends on
# who else holds a reference to it.
#
# AgentSet.do goes through weak references. An agent that another one removes in the
# same step is skipped if nothing else refers to it, since it is gone from memory. If
# a list, a network or a relation of the model refers to it, it is called although
# model.agents no longer has it. One harmless list changes who acts.
#
# Seen: 1, 3 and 5 act without the list; all six act with it.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check mesa==3.3.1
cat >seen.py <<'PYTHON'
import mesa


class State(mesa.Agent):
    def step(self):
        self.model.acted.append(self.unique_id)
        for other in list(self.model.agents):
            if other.unique_id == self.unique_id + 1:
                other.remove()


class World(mesa.Model):
    def __init__(self, remember):
        super().__init__(rng=1)
        self.acted = []
        State.create_agents(self, 6)
        self.remembered = list(self.agents) if remember else []


for remember in (False, True):
    world = World(remember)
    world.agents.do("step")
    print("a list refers to them:", remember, "- acted:", world.acted, "- left:", len(world.agents))
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
a list refers to them: False - acted: [1, 3, 5] - left: 3
a list refers to them: True - acted: [1, 2, 3, 4, 5, 6] - left: 1
SEEN
echo "as described"
