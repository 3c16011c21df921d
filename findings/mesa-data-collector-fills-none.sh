#!/usr/bin/env bash
# Mesa 3.3.1: a DataCollector whose agent reporter names an attribute that no agent has
# collects a column of None, without an error or a warning.
#
# A model reporter with a wrong name is refused. An agent reporter is not, so that a
# slip of the pen in one word looks like missing data.
#
# Seen: the column "suport" holds None for every agent; the model reporter raises.
set -euo pipefail
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT
cd "$place"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check mesa==3.3.1
cat >seen.py <<'PYTHON'
import mesa


class State(mesa.Agent):
    def __init__(self, model):
        super().__init__(model)
        self.support = 0.5


class World(mesa.Model):
    def __init__(self, **reporters):
        super().__init__(rng=1)
        State.create_agents(self, 2)
        self.datacollector = mesa.DataCollector(**reporters)
        self.datacollector.collect(self)


world = World(agent_reporters={"suport": "suport"})
table = world.datacollector.get_agent_vars_dataframe()
print("agents:", list(table["suport"]))
try:
    world = World(model_reporters={"suport": "suport"})
    print("model:", world.datacollector.model_vars)
except Exception as error:
    print("model:", type(error).__name__)
PYTHON
venv/bin/python -W ignore seen.py | tee seen.txt
diff seen.txt - <<'SEEN'
agents: [None, None]
model: AttributeError
SEEN
echo "as described"
