"""Markdown as plain text: the words stay, the marks go, and the URLs are told apart.

Pure. Must never follow a link.
"""

import re
from typing import Final

__all__ = ["without_markup"]

_LINK: Final = re.compile(
    r"!?\[([^\[\]]{0,500})\]\((https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)"
)
_AUTOLINK: Final = re.compile(r"<(https?://[^\s<>]{1,2000})>")
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500}?)(?<=\S)\1")
_CODE: Final = re.compile(r"`([^`\n]{1,500})`")
_TAG: Final = re.compile(
    r"</?(?:a|b|br|code|div|em|i|li|ol|p|span|strong|sub|sup|u|ul)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def without_markup(text: str) -> tuple[str, list[str]]:
    """Return plain text and the URLs of its links, in order.

    Args:
        text: Markdown, perhaps with a little HTML.
    """
    urls: list[str] = []

    def link(match: re.Match[str]) -> str:
        urls.append(match[2])
        return match[1] or match[2]

    def autolink(match: re.Match[str]) -> str:
        urls.append(match[1])
        return match[1]

    plain = _LINK.sub(link, text)
    plain = _AUTOLINK.sub(autolink, plain)
    for pattern, instead in (
        (_TAG, ""),
        (_HEADING, ""),
        (_STRONG, r"\2"),
        (_CODE, r"\1"),
    ):
        plain = pattern.sub(instead, plain)
    return _EMPTY_LINES.sub("\n\n", plain).strip(), urls
