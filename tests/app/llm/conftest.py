"""The fixtures of the tests of answering."""

from tests.bot.conftest import sample_settings

__all__ = ["sample_settings"]
