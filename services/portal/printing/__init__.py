"""The answered questionnaire as a PDF: put together (pdf_document), and typeset in a process of its own (pdf_renderer)."""
