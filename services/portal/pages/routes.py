"""Every page of the portal; the pages of single stages come before those that show any stage."""

from services.portal.pages import assets, auth, figures, home, live
from services.portal.pages.acceptance import routes as acceptance
from services.portal.pages.account import calendar, factors
from services.portal.pages.account import routes as account
from services.portal.pages.application import routes as application
from services.portal.pages.case import stages
from services.portal.pages.consultation import earlier_texts
from services.portal.pages.consultation import routes as consultation
from services.portal.pages.corrections import routes as corrections
from services.portal.pages.evaluation import routes as evaluation
from services.portal.pages.help import routes as help_pages
from services.portal.pages.lists import found, saved, taking_along, work
from services.portal.pages.lists import routes as lists
from services.portal.pages.news import choice, inbox
from services.portal.pages.ops import (
    accounts,
    authorities,
    dead,
    ledgers,
    limits,
    mails,
    overview,
    receipts,
    reconciliation,
    runbook,
    trail,
)
from services.portal.pages.ops import figures as ops_figures
from services.portal.pages.questionnaire import earlier as questionnaire_earlier
from services.portal.pages.questionnaire import offline as questionnaire_offline
from services.portal.pages.questionnaire import routes as questionnaire

PAGES = (
    assets.router,
    auth.router,
    account.router,
    factors.router,
    calendar.router,
    home.router,
    help_pages.router,
    figures.router,
    choice.router,
    inbox.router,
    live.router,
    lists.router,
    found.router,
    saved.router,
    taking_along.router,
    work.router,
    application.router,
    acceptance.router,
    corrections.router,
    evaluation.router,
    consultation.router,
    earlier_texts.router,
    questionnaire_earlier.router,
    questionnaire_offline.router,
    questionnaire.router,
    overview.router,
    ops_figures.router,
    runbook.router,
    receipts.router,
    dead.router,
    reconciliation.router,
    ledgers.router,
    authorities.router,
    accounts.router,
    limits.router,
    trail.router,
    mails.router,
    stages.files,
    stages.router,
)
