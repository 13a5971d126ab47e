"""The answered questionnaire as a document for the files: put together (paper), typeset (press), as PDF."""
