"""Settings of every test: how many examples a property is tried on."""

import os

from hypothesis import HealthCheck, settings

# A busy machine must not turn a correct property into a failure, so neither
# profile has a deadline or minds that examples are slow to draw.
settings.register_profile(
    "ci",
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=20_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("RINGWALL_HYPOTHESIS", "ci"))
