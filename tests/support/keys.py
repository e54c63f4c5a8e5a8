"""The secret key of all tests."""

from __future__ import annotations

KEY = "a-key-for-tests-only-0123456789abcdef"
