"""Owns both consultations: the protocol's and the official certificate's.

Hears facts about its stages (`consultation.facts`) and the officer's commands (`consultation.commands`).
Says CaseMoved, SubmissionDeclared and ReceiptSettled, by the outbox of the case.
"""
