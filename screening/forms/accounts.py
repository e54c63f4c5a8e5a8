from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import unquote

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from screening import passwords
from screening.errors import Invalid
from screening.forms.base import Form, clean, no_control_characters

_PATH = re.compile(r"/(?!/)[!#-\[\]-~]*")


def local_address(text: str) -> str:
    """The address if it is a path on this host however a browser reads it, else ''.

    Only visible ASCII without quotes and backslashes, and nothing hidden behind percent signs: browsers drop control characters, and
    take a backslash for a slash.
    """
    decoded = unquote(unquote(text))
    hidden = any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in decoded)
    if len(text) > 2000 or not _PATH.fullmatch(text) or decoded.startswith("//") or "\\" in decoded or hidden:
        return ""
    return text


class SignInForm(Form):
    """Says nothing about what an e-mail address or a password may look like: whatever is not right is wrong in the same way."""

    email = EmailField(
        "E-mail address",
        [InputRequired("Enter your e-mail address."), Length(max=254, message="Use at most 254 characters here."), no_control_characters],
        filters=[clean],
        render_kw={"maxlength": "254", "autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Enter your password."), Length(max=passwords.MAX_LENGTH, message="Use at most 200 characters here.")],
        render_kw={"autocomplete": "current-password"},
    )


class PresentPasswordForm(Form):
    """Confirms by the present password. Without one, by having come through the identity provider a moment ago: then nothing is typed."""

    current = PasswordField(
        "Present password",
        [InputRequired("Enter your present password."), Length(max=passwords.MAX_LENGTH, message="Use at most 200 characters here.")],
        render_kw={"autocomplete": "current-password"},
    )

    def __init__(self, *, has_password: bool, **more: Any) -> None:
        super().__init__(**more)
        if not has_password:
            del self.current

    def present(self) -> str:
        return str(self.current.data) if "current" in self else ""

    def refuse_confirming(self) -> None:
        if "current" in self:
            self.refuse(Invalid("This is not your present password.", field="current"))
        else:
            self.refuse(Invalid("You signed in too long ago for this. Sign out, sign in again, and do this within ten minutes."))


class NewPasswordForm(Form):
    """A password chosen and repeated, as typed. `email` is of the account, for the rule against passwords made of it."""

    password = PasswordField(
        "New password",
        [InputRequired("Choose a password.")],
        description=f"At least {passwords.MIN_LENGTH} characters, of any kind. Three or four words that do not belong together are good.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField("The same again", [InputRequired("Type the password a second time.")], render_kw={"autocomplete": "new-password"})

    def __init__(self, email: str) -> None:
        self.of_email = email
        super().__init__()

    def validate_password(self, field: PasswordField) -> None:
        try:
            passwords.check_new(field.data, self.of_email)
        except Invalid as error:
            raise ValidationError(str(error)) from None

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            raise ValidationError("The two passwords differ. Type both again.")


class ChangePasswordForm(PresentPasswordForm, NewPasswordForm):
    """The present password first, then the new one twice."""


class CodeForm(Form):
    code = StringField(
        "Code",
        [InputRequired("Enter a code."), Length(max=60, message="Use at most 60 characters here.")],
        filters=[clean],
        render_kw={"maxlength": "60", "autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )


class SetUpForm(CodeForm):
    """The first code of an app. `sealed` is the secret that was shown, readable by this server alone."""

    sealed = HiddenField()


class ConfirmByCodeForm(PresentPasswordForm, CodeForm):
    """The present password and a code."""

    def refuse_confirming(self) -> None:
        self.refuse(Invalid("The password or the code is not right. A code that was used already is not taken again."))
