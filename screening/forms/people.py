from __future__ import annotations

from wtforms import BooleanField

from screening.forms.base import Form, Version, email, text
from screening.models import Account
from screening.services.people import Rights


class InviteForm(Form):
    name = text("Name", most=120, required="Enter the person’s name.", render_kw={"autocomplete": "off"})
    email = email()
    administrator = BooleanField("Administrator", description="Adds people, sets rights, and puts the team of any opening together.")
    may_open = BooleanField("May open openings", description="Starts new openings, and is the recruiter of those.")


class RightsForm(Form):
    administrator = BooleanField("Administrator", description="Adds people, sets rights, and puts the team of any opening together.")
    may_open = BooleanField("May open openings", description="Starts new openings, and is the recruiter of those.")
    active = BooleanField("May sign in", description="Without this the person is signed out everywhere at once. What they wrote is kept.")
    version = Version(shape="[ -~]{0,40}")

    @classmethod
    def of(cls, account: Account) -> RightsForm:
        rights = Rights.of(account)
        return cls(administrator=rights.administrator, may_open=rights.may_open, active=rights.active, version=rights.version)

    def rights(self) -> Rights:
        return Rights(self.administrator.data, self.may_open.data, self.active.data)
