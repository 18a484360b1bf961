"""Where model.conf declares a word, so that a finding can point at it.

Reads the text anew: a vocabulary keeps no places. Must never raise for a word that
a concern knows.
"""

import re

from ringwall.policy.concern import Concern
from ringwall.policy.dialect import MODEL_FILE
from ringwall.policy.faults import Faults
from ringwall.policy.model_file import read_sections
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["word_place"]


def word_place(concern: Concern, vocabulary: Vocabulary, word: str) -> tuple[int, int]:
    """Return the 1-based line and column at which a word is declared.

    Args:
        concern: any concern.
        vocabulary: one of its vocabularies.
        word: one of the vocabulary's words.
    """
    lines = concern.files[MODEL_FILE].decode().splitlines()
    sections = read_sections(MODEL_FILE, lines, Faults())
    declared = sections["vocabulary"][vocabulary.name].value
    whole = rf"(?<![\w.-]){re.escape(word)}(?![\w.-])"
    found = re.search(whole, declared.text, re.ASCII)
    return declared.place(found.start() if found else 0)
