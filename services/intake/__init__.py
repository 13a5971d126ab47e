"""Owns the stages application and acceptance, the numbers, and the opening and closing of cases.

Hears facts about its stages (`intake.facts`) and the officer's commands (`intake.commands`).
Says CaseMoved, SubmissionDeclared and ReceiptSettled, by the outbox of the case.
"""
