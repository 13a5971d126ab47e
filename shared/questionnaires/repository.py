"""Every version of every questionnaire, so that a case keeps the one it was opened with; written once, never changed."""

from collections.abc import Iterable, Sequence

from shared.contracts import formats
from shared.contracts.collections import FIRST_QUESTIONNAIRES, QUESTIONNAIRES
from shared.contracts.documents.files import QuestionnaireVersion
from shared.contracts.questionnaires import Questionnaire, parts_of_check
from shared.contracts.vocabulary import Kind
from shared.questionnaires.differences import compared, first_of
from shared.questionnaires.relevance import with_questions
from shared.runtime.errors import DependencyUnavailable, StartRefused
from shared.runtime.store import DuplicateKey, Store

Version = tuple[str, int]


class ChangedWithoutVersion(StartRefused):
    """A questionnaire of the catalogue is not the one that is stored as this version, which cases may have been opened with."""

    def __init__(self, stored: Questionnaire, written: Questionnaire, newest: int) -> None:
        code, version = written.code, written.version
        named = first_of([*compared(stored, written).named()], most=3)
        super().__init__(
            f"The questionnaire {code} was changed, and is still called version {version}, which is stored otherwise: {named}. "
            f"Raise `version` in {code}.yaml to {newest + 1}, or take the change back "
            f"(`fas questionnaire diff {code} --stored` shows it)."
        )


class VersionNotRead(DependencyUnavailable):
    """A case was opened with a version that this process has not read, or can't read: a process of another release added it."""


class QuestionnaireRepository:
    """The collections of questionnaires, held in memory: the versions are few and never change.

    What is written goes where the release before does not look, since it reads the first form alone; it puts off what officers
    do with such a case, and a process of this release takes it (docs/operations/upgrades.md).
    """

    def __init__(self, store: Store) -> None:
        self._written = store.collection(QUESTIONNAIRES.name)
        self._first = store.collection(FIRST_QUESTIONNAIRES.name)
        self._known: dict[Version, Questionnaire] = {}

    async def publish(self, questionnaires: Iterable[Questionnaire]) -> None:
        """Read all versions, and add the present ones of the catalogue; one that is there already stays as it is.

        ChangedWithoutVersion where one was changed and is still called the same version; then none is added.
        """
        await self.load()
        present = [*questionnaires]
        self._insist_on_versions(present)
        for questionnaire in present:
            version = questionnaire.code, questionnaire.version
            if version not in self._known:
                await self._add(version, questionnaire)
                self._insist_on_versions([questionnaire])  # another process may have been faster
            self._known[version] = questionnaire  # one copy of it in memory

    def _insist_on_versions(self, present: Iterable[Questionnaire]) -> None:
        for questionnaire in present:
            stored = self._known.get((questionnaire.code, questionnaire.version), questionnaire)
            if stored != questionnaire:
                raise ChangedWithoutVersion(stored, questionnaire, max(self._versions(questionnaire.code)))

    def _versions(self, code: str) -> list[int]:
        return [number for name, number in self._known if name == code]

    def newest(self, code: str) -> Questionnaire | None:
        """The newest version of a questionnaire, as far as all was read; None where there is none."""
        return self._known.get((code, max(self._versions(code), default=0)))

    def stored(self, version: Version) -> Questionnaire | None:
        """This very version, whole, as far as all was read; None where it is not stored."""
        return self._known.get(version)

    async def _add(self, version: Version, questionnaire: Questionnaire) -> None:
        try:
            await self._written.insert_one(
                {
                    "_id": _name_of(version),
                    "format": formats.QUESTIONNAIRES,
                    **questionnaire.model_dump(mode="json"),
                }
            )
        except DuplicateKey:
            await self.load()  # another process was faster
        else:
            self._known[version] = questionnaire

    async def load(self) -> int:
        """Read all versions of a form that this release reads; how many there are."""
        found = [*await self._first.find({}), *await self._written.find({})]
        for kept in map(QuestionnaireVersion, found):
            if kept.format > formats.QUESTIONNAIRES:
                continue
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
        """The same from memory; VersionNotRead where a version is not there."""
        missing = [f"{code}@{version}" for code, version in opened if (code, version) not in self._known]
        if missing:
            raise VersionNotRead("database", f"no questionnaire {', '.join(missing)}")
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
