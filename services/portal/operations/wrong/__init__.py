"""What is wrong now, judged once: `fas doctor` says it on a terminal, the operators' overview on a page."""
