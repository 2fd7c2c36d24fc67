#!/usr/bin/env python3
"""Writes Sources/Tokens/Tokenization/UnicodeClassRanges.swift: the character classes the pre-tokenizers need.

    python3 -m venv venv && venv/bin/pip install unicodedata2==16.0.0
    venv/bin/python Tests/Conformance/unicode_classes.py            # rewrite the file
    venv/bin/python Tests/Conformance/unicode_classes.py --check    # exit 1 when the file differs

Unicode 16.0 because Hugging Face tokenizers 0.23 (Oniguruma) and tiktoken 0.14 (regex-syntax) both use its categories.
"""
import pathlib
import sys
import textwrap

import unicodedata2

VERSION = "16.0.0"
CLASSES = {"Lu": 1, "Lt": 1, "Ll": 2, "Lm": 3, "Lo": 3, "Mn": 4, "Mc": 4, "Me": 4, "Nd": 5, "Nl": 5, "No": 5}
WHITE_SPACE = [*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
TARGET = pathlib.Path(__file__).parents[2] / "Sources/Tokens/Tokenization/UnicodeClassRanges.swift"


def class_of(code_point):
    if code_point in WHITE_SPACE:
        return 6
    return CLASSES.get(unicodedata2.category(chr(code_point)), 0)


def swift():
    starts, previous = [], None
    for code_point in range(0x110000):
        current = class_of(code_point)
        if current != previous:
            starts.append(code_point << 3 | current)
            previous = current
    words = [f"0x{start:X}" for start in starts]
    lines = textwrap.wrap(", ".join(words) + ",", 126, initial_indent="  ", subsequent_indent="  ")
    return (
        f"// Written by Tests/Conformance/unicode_classes.py from Unicode {VERSION}. Do not edit.\n\n"
        "/// Where the character class changes: `first code point << 3 | class`, ascending; the raw values of `CharacterClass`.\n"
        "let unicodeClassRanges: [UInt32] = [\n" + "\n".join(lines) + "\n]\n"
    )


def main():
    if unicodedata2.unidata_version != VERSION:
        sys.exit(f"unicodedata2 is {unicodedata2.unidata_version}; install unicodedata2=={VERSION}")
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text() == swift() else f"{TARGET} differs; run this script without --check")
    TARGET.write_text(swift())


main()
