"""What `fas questionnaire` does: finds questionnaires, shows them, compares two, takes them into a spreadsheet and back."""
