"""A questionnaire as an XLSForm, the spreadsheet that survey tools read: out, and back unchanged (docs/questionnaires.md)."""
