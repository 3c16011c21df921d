"""Settings that all tests share."""

from hypothesis import settings

# A busy machine must not turn a slow example into a failure: no test is timed.
settings.register_profile("entente", deadline=None, print_blob=True)
settings.load_profile("entente")
