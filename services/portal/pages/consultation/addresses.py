"""The addresses of the two consultations, `/cases/{case}/{consultation:consultation}`."""

from starlette.convertors import StringConvertor, register_url_convertor

from services.portal.api.stages import Consultation
from shared.contracts.documents.cases import Case
from shared.contracts.vocabulary import Stage


class _OfConsultation(StringConvertor):
    """Only the two consultations, so that no other address of a case is taken for one."""

    regex = "|".join(each.value for each in Consultation)


register_url_convertor("consultation", _OfConsultation())


def address_of(case: Case, stage: Stage) -> str:
    """The page of a consultation."""
    return f"/cases/{case.id}/{stage.value}"
