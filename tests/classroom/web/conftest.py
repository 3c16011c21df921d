"""The rooms that tests of the web pages ask."""

from tests.fixtures.teacher_room import desk
from tests.fixtures.web_room import school

__all__ = ["desk", "school"]
