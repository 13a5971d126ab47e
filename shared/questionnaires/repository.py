"""Every version of every questionnaire, so that a case keeps the one it was opened with; written once, never changed."""

from collections.abc import Iterable, Sequence

from shared.contracts.collections import QUESTIONNAIRES
from shared.contracts.documents.files import QuestionnaireVersion
from shared.contracts.questionnaires import Questionnaire, parts_of_check
from shared.contracts.vocabulary import Kind
from shared.questionnaires.relevance import with_questions
from shared.runtime.errors import DependencyUnavailable
from shared.runtime.logs import get_logger
from shared.runtime.store import DuplicateKey, Store

log = get_logger()
Version = tuple[str, int]


class QuestionnaireRepository:
    """The collection `questionnaires`, held in memory: the versions are few and never change."""

    def __init__(self, store: Store) -> None:
        self._collection = store.collection(QUESTIONNAIRES.name)
        self._known: dict[Version, Questionnaire] = {}

    async def publish(self, questionnaires: Iterable[Questionnaire]) -> None:
        """Read all versions, and add the present ones of the catalogue; one that is there already stays as it is.

        Says when the catalogue was changed without a new version: cases go on with what stands here.
        """
        await self.load()
        for questionnaire in questionnaires:
            version = questionnaire.code, questionnaire.version
            if version not in self._known:
                await self._add(version, questionnaire)
            if self._known[version] != questionnaire:
                log.warning("questionnaire_changed_without_version", questionnaire=_name_of(version))
            else:
                self._known[version] = questionnaire  # one copy of it in memory

    async def _add(self, version: Version, questionnaire: Questionnaire) -> None:
        try:
            await self._collection.insert_one(
                {"_id": _name_of(version), **questionnaire.model_dump(mode="json")}
            )
        except DuplicateKey:
            await self.load()  # another process was faster
        else:
            self._known[version] = questionnaire

    async def load(self) -> int:
        """Read all versions; how many there are."""
        for kept in map(QuestionnaireVersion, await self._collection.find({})):
            questionnaire = Questionnaire.model_validate(
                kept.content, extra="ignore"
            )  # a later version may say more
            self._known[questionnaire.code, questionnaire.version] = questionnaire
        return len(self._known)

    async def of_case(
        self, opened: Sequence[Version], specific: Sequence[str], kind: Kind
    ) -> tuple[Questionnaire, ...]:
        """The questionnaires that a case was opened with, with the questions that its kind and specific categories are asked."""
        if any(version not in self._known for version in opened):
            await self.load()
        return self.cached(opened, specific, kind)

    def cached(
        self, opened: Sequence[Version], specific: Sequence[str], kind: Kind
    ) -> tuple[Questionnaire, ...]:
        """The same from memory; DependencyUnavailable where a version is not there."""
        missing = [f"{code}@{version}" for code, version in opened if (code, version) not in self._known]
        if missing:
            raise DependencyUnavailable("database", f"no questionnaire {', '.join(missing)}")
        return tuple(for_categories(self._known[version], specific, kind) for version in opened)


def _name_of(version: Version) -> str:
    code, number = version
    return f"{code}@{number}"


def for_categories(questionnaire: Questionnaire, specific: Sequence[str], kind: Kind) -> Questionnaire:
    """The questionnaire without the questions that are only for other specific categories, and for checks with their own part."""
    parts = parts_of_check(questionnaire) if kind is Kind.RETROSPECTIVE else questionnaire.parts
    whole = questionnaire.model_copy(update={"parts": parts, "check_part": None})
    asked = with_questions(whole, lambda each: not each.only_for or bool(set(each.only_for) & set(specific)))
    return asked.model_copy(update={"parts": tuple(part for part in asked.parts if part.questions)})
