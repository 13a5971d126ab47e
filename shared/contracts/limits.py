"""How much an officer may type and attach, and how large a message is: checked by the services, shown by the pages."""

from shared.contracts.numbers import SIGNIFICANT_DIGITS

FILES = 20
"""Files of one submission, and of one answer (DOMAIN 1.8)."""
FILE_BYTES = 4 * 1024 * 1024
"""One file of an officer; a filled workbook too (DOMAIN 1.8)."""
FILE_NAME_BYTES = 255
"""A file's name in UTF-8, its ending included (DOMAIN 1.8)."""
OVERVIEW_CHARACTERS = 2048
"""The overview of an application, in Unicode code points as all limits of characters (DOMAIN 1.8)."""
PHONE_DIGITS = 20
"""A phone number's country, area and number together (DOMAIN 1.8)."""
NAME_CHARACTERS = 200
"""What is short: a name, a title, a department, an e-mail address."""
TEXT_CHARACTERS = 20_000
"""What is long: an answer, a statement, a text of a consultation (CONTRACT 2)."""
NOTE_CHARACTERS = 4_000
"""The note beside an answer."""
CELL_CHARACTERS = 2_000
"""One cell of a question's table."""
TABLE_ROWS = 500
"""Rows of a question's table."""
LARGEST_NUMBER = 10**SIGNIFICANT_DIGITS
"""A number and its negative, so that every spreadsheet and browser keeps all its digits."""
ANSWERS_BYTES = 10 * 1024 * 1024
"""The answers of one part as browsers write them, nine bytes a Chinese character; all that a filled workbook changes."""
PRUNED_AT_ONCE = 100
"""Entries of a ledger that `fas prune` takes in one step."""
MESSAGE_BYTES = 1024 * 1024
"""One message's XML, from customs and to it (CONTRACT 2)."""
