"""What candidates of the main opening said of themselves, of their own will and apart from their application, and who brings it in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from screening.demo.acts import Company
from screening.operations.demonstration import DOMAIN
from screening.services import demographics, impact

W, M = "Women", "Men"
YOUNG, MIDDLE, OLDER = "Under 30", "30 to 44", "45 and over"
UNSAID = "Prefer not to say"

SAID: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "agnieszka.wojcik": (W, MIDDLE),
        "oluwaseun.adebayo": (M, YOUNG),
        "lan.nguyen": (W, YOUNG),
        "marcus.johnson": (M, MIDDLE),
        "katerina.dvorakova": (W, MIDDLE),
        "amina.diallo": (W, MIDDLE),
        "jakob.sorensen": (M, YOUNG),
        "siobhan.orourke": (W, OLDER),
        "mehmet.yildirim": (M, OLDER),
        "isabelle.lefevre": (W, YOUNG),
        "bao.pham": (M, YOUNG),
        "rajesh.iyer": (M, OLDER),
        "eleni.pappa": (W, OLDER),
        "gabriela.pena": (W, MIDDLE),
        "zoe.brueckner": (W, YOUNG),
        "callum.macleod": (M, OLDER),
        "stefan.ionescu": (M, MIDDLE),
        "hannah.goldberg": (W, OLDER),
        "yuki.watanabe": (UNSAID, YOUNG),
        "thordis.jonsdottir": (W, YOUNG),
        "fatima.elsayed": (W, MIDDLE),
        "lukasz.zielinski": (M, UNSAID),
    }
)
"""By applicant. Two of the candidates did not send the form back."""


def bring_in(session: Session, company: Company, key: str) -> None:
    """Read in the list of the forms that came back, as the analyst."""
    listed = ["E-mail,Sex,Age group", *(f"{applicant}@{DOMAIN},{sex},{age}" for applicant, (sex, age) in SAID.items())]
    rows = demographics.read("\n".join(listed).encode(), "forms.csv")
    impact.bring_in(session, company.viewer(session, "leila"), company.openings[key], rows, seen=0)
