"""Every page of the portal."""

from services.portal.pages import assets, home, live, signing

PAGES = (assets.router, signing.router, home.router, live.router)
