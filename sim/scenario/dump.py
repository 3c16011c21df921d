"""Plain data as YAML text that our reader reads back as the same data."""

from __future__ import annotations

from typing import Any

import yaml

from sim.scenario.load import scalar


class _Dumper(yaml.SafeDumper):
    """Writes what our reader reads: YAML 1.2, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out."""
        return True

    def text(self, data: str) -> yaml.ScalarNode:
        """Quote text that our reader would take for a number, a truth value or nothing."""
        style = None if isinstance(scalar(data), str) else "'"
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.text)


def yaml_text(data: Any) -> str:
    """Write plain data as YAML: mappings in their order, the innermost in braces."""
    return str(
        yaml.dump(
            data,
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=None,
            width=100,
        )
    )
