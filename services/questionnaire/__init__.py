"""Owns the stages questionnaire and evaluation, and the questionnaires as data.

Hears facts about its stages (`questionnaire.facts`) and the officer's commands (`questionnaire.commands`).
Says CaseMoved, SubmissionDeclared and ReceiptSettled, by the outbox of the case.
"""
