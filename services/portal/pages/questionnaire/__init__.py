"""The questionnaire: part by part, each answer saved by itself; offline as a workbook, on paper, and compared."""
