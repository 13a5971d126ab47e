"""Help in the place: the manual, the glossary, and which of their pages fits which page."""
