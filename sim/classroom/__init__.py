"""People in the seats: the room in which a class plays a scenario."""
