"""A questionnaire as an Excel workbook: written with the answers of today, read back with what was changed offline."""
