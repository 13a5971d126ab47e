"""Every page of the portal."""

from services.portal.pages import assets, home, live, signing
from services.portal.pages.case import stages
from services.portal.pages.lists import routes as lists

PAGES = (assets.router, signing.router, home.router, live.router, lists.router, stages.files, stages.router)
