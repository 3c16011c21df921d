"""The lab that tests of its pages ask."""

from tests.fixtures.lab_room import room

__all__ = ["room"]
