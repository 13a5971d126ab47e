"""The characters that no message to customs can carry: XML 1.0 has no way to write them."""

import re

UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Control characters but tab and line ends, halves of surrogate pairs, U+FFFE and U+FFFF."""
