"""What each person wants to be told by e-mail, as it is kept."""

from collections.abc import Iterable

from shared.contracts.collections import NEWS_CHOICES
from shared.contracts.documents.news import NewsChoice
from shared.runtime.store import Store


class NewsChoices:
    """The choices of all accounts; who has made none gets no e-mail."""

    def __init__(self, store: Store) -> None:
        self._kept = store.collection(NEWS_CHOICES.name)

    async def of(self, username: str) -> NewsChoice | None:
        """What somebody chose."""
        found = await self._kept.find_one({"_id": username})
        return NewsChoice(found) if found else None

    async def of_these(self, usernames: Iterable[str]) -> list[NewsChoice]:
        """What these people chose, of those who have chosen."""
        found = await self._kept.find({"_id": {"$in": list(usernames)}}, sort=[("_id", 1)])
        return [NewsChoice(each) for each in found]

    async def keep(self, choice: NewsChoice) -> None:
        """Keep somebody's choice in place of the one before."""
        values = {name: value for name, value in choice.document.items() if name != "_id"}
        await self._kept.update_one({"_id": choice.username}, {"$set": values}, upsert=True)
