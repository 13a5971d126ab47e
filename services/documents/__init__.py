"""Owns attachments (inspection, storage), and the stages protocol signing, announcement and certificate confirmation.

Hears facts about its stages (`documents.facts`) and requests to keep a file (`documents.commands`).
Says CaseMoved and ReceiptSettled, by the outbox of the case.
"""
