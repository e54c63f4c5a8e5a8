"""Known names are replaced wherever they stand as names, in any spelling, and nothing else is touched."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.redaction import EVERYDAY, NAME, SMALL, Person, Redactor

ZOFIA = Person("Zofia Wiśniewska-Łęcka", "zofia@example.org", "+48 600 123 456", "CS-101")
TEAM = (
    Person("Siobhán O’Rourke", "siobhan.orourke@example.org"),
    Person("Will Grace"),
    Person("Juan de la Cruz"),
    Person("田中 太郎"),
    Person("김민수"),
    Person("李 明"),
    Person("Ελένη Παππά"),
    Person("فاطمة السيد"),
    Person("Nguyễn Thị Lan"),
)
OTHERS = (Person("Marcus Johnson", "marcus@example.org", "030 1234567"), Person("Grace Kim"), Person("An Baker"), Person("王小明"))
REDACTOR = Redactor((ZOFIA, *TEAM), OTHERS)


@pytest.mark.parametrize(
    ("typed", "replaced"),
    [
        ("Zofia listened; ZOFIA WIŚNIEWSKA-ŁĘCKA’s notes.", "[name] listened; [name]’s notes."),
        ("Wisniewska, lecka and Łęcka-Wiśniewska", "[name] and [name]"),
        ("Ask Ms O'Rourke, or siobhan.", "Ask Ms [name], or [name]."),
        ("Juan de la Cruz de facto decides; ask de la Rue.", "[name] de facto decides; ask de la Rue."),
        ("They will call. Will called with good grace.", "They will call. [name] called with good grace."),
        ("better than Marcus Johnson (Johnson, Marcus), not Marcus", "better than [name] ([name]), not [name]"),
        ("田中太郎さんと田中さんは行李、李 さん、李明", "[name]さんと[name]さんは行李、[name] さん、[name]"),
        ("김민수는 왔다", "[name]는 왔다"),
        ("ΕΛΈΝΗ ΠΑΠΠΆ και Παππα", "[name] και [name]"),
        ("فاطمة قالت نعم", "[name] قالت نعم"),
        ("Lan met plans on the LAN", "[name] met plans on the [name]"),
        ("Write to Zofia@Example.org. Not zofia@example.com!", "Write to [e-mail]. Not [name]@example.com!"),
        ("+48 600 123 456, 0048600123456, 600-123-456, 600 123 457", "[phone], [phone], [phone], 600 123 457"),
        ("(030) 1234567 and 49 30 123 4567", "([phone] and [phone]"),
        ("CS-101, cs-101 but CS-1012", "[reference], [reference] but CS-1012"),
        ("stronger than kim or GRACE, and has grace", "stronger than [name] or [name], and has grace"),
        ("An apology first. Ask An, an expert: An idea?", "An apology first. Ask [name], an expert: An idea?"),
        ("– An apology\n“An answer”\nAn Baker was a baker; Baker said", "– An apology\n“An answer”\n[name] was a baker; [name] said"),
        ("比王小明更好", "比[name]更好"),
        ("Zo\u00adfia and Zofiana", "[name] and Zofiana"),
        ("", ""),
    ],
)
def test_what_is_known_is_replaced(typed: str, replaced: str) -> None:
    assert REDACTOR.text(typed) == replaced


def test_a_name_is_found_composed_and_decomposed() -> None:
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, "Łęcka, Siobhán, Ελένη, Nguyễn and 김민수")
        assert REDACTOR.text(typed) == "[name], [name], [name], [name] and [name]"


def test_one_more_person_and_one_fewer_leave_the_first_redactor_as_it_was() -> None:
    typed = "Ana Petrović, Marcus Johnson at marcus@example.org, Marcus"
    more, fewer = REDACTOR.also(Person("Ana Petrović")), REDACTOR.but(OTHERS[0])

    assert more.text(typed) == "[name], [name] at [e-mail], [name]"
    assert fewer.text(typed) == typed
    assert REDACTOR.text(typed) == "Ana Petrović, [name] at [e-mail], [name]"


def test_whose_copy_it_is_stays_though_another_candidate_has_the_same_first_name() -> None:
    maria, other, team = Person("Maria Kowalska"), Person("Maria Lopez"), Person("Jan Kowalska")
    own = Redactor([team], [maria, other]).but(maria)

    assert own.text("Maria, Maria Kowalska, Maria Lopez and Lopez") == "Maria, Maria [name], [name] and [name]"


def test_text_that_was_replaced_once_stays_as_it_is() -> None:
    once = REDACTOR.text("Zofia, zofia@example.org, 600123456, CS-101")

    assert once == "[name], [e-mail], [phone], [reference]"
    assert REDACTOR.text(once) == once


LETTERS = st.characters(codec="utf-8", categories=("Lu", "Ll"), max_codepoint=0x24F)
# A word of a name that begins in lower case is a particle, so these begin with a letter that has a capital.
NAME_WORDS = st.text(LETTERS, min_size=2, max_size=9).filter(lambda word: word[0].upper().isupper() and plain(word) not in EVERYDAY)
NAMES = st.lists(NAME_WORDS, min_size=1, max_size=3).map(lambda words: [word[0].upper() + word[1:] for word in words])
SPELLINGS = (str, str.upper, str.lower, lambda text: unicodedata.normalize("NFD", text), lambda text: unicodedata.normalize("NFKC", text))
FILLING = st.text("0123456789 .,;:!?()\"'-\n\t€@", max_size=12).map(lambda text: f" {text} ")


def plain(text: str) -> str:
    """Another way to compare: no case, no accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))


@given(NAMES, st.lists(st.tuples(FILLING, st.integers(0, 2), st.sampled_from(SPELLINGS)), max_size=8), st.booleans())
def test_no_spelling_of_a_known_name_survives_and_nothing_else_changes(
    words: list[str], places: list[tuple[str, int, object]], is_a_candidate: bool
) -> None:
    typed = "".join(f"{filling}{spell(words[at % len(words)])}" for filling, at, spell in places)  # type: ignore[operator]
    known = [Person(" ".join(words))]
    replaced = (Redactor([], known) if is_a_candidate else Redactor(known)).text(typed)

    left = re.findall(r"[^\W\d_]+", plain(replaced.replace("[name]", " ")))
    assert {plain(word) for word in words}.isdisjoint(left)
    at = 0
    for piece in replaced.split("[name]"):
        at = typed.index(piece, at) + len(piece)


@given(st.sampled_from(sorted(EVERYDAY)), st.sampled_from(["", "Right away. ", "– ", "Xqz said: “", "1\n"]))
def test_an_everyday_word_is_a_name_only_where_it_is_written_like_one(word: str, before: str) -> None:
    candidate = Redactor([], [Person(f"Xqzvw {word.capitalize()}")])
    begins = f"{before}{word.capitalize()} it was"

    assert candidate.text(f"{before}{word} it was, {word}") == f"{before}{word} it was, {word}"
    assert candidate.text(f"{before}better than {word.capitalize()}") == f"{before}better than {NAME if len(word) > 1 else word.upper()}"
    assert candidate.text(begins) == (begins if word in SMALL else f"{before}{NAME} it was")


@given(st.text(max_size=200))
def test_text_without_a_known_name_is_left_exactly_as_it_was_typed(typed: str) -> None:
    assert Redactor([Person("Xqzvw Wvzqx", "xqzvw@wvzqx.org", "+999 888 777 666", "XQZ-1")]).text(typed) == typed


def test_a_long_text_and_thousands_of_names_are_no_trouble() -> None:
    crowd = Redactor([ZOFIA], [Person(f"Person {''.join(letters)}") for letters in product(ascii_lowercase[:13], repeat=3)])
    said = "said one thing and then another thing. " * 2500

    assert crowd.text(f"Person abc and Zofia {said}") == f"[name] and [name] {said}"
