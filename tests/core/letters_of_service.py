"""Letters about what a customer is entitled to, in every language, as they lie whole in tests/letters_out."""

from __future__ import annotations

from datetime import date

from mailbot.core.agenttellings import FaultCase, FaultNews
from mailbot.core.customertellings import (
    Admitted,
    Declined,
    FaultConfirmed,
    FaultFixed,
    NotCovered,
    OrderAsked,
    OrderRecorded,
)
from mailbot.core.desk import Service
from mailbot.core.errands import Telling
from mailbot.core.words import Words

DESKS = {"visma": "visma-control", "english": "english", "microbizz": "microbizz", "cloudempiere": "cloudempiere"}
SERVICE = Service(
    decline={
        "sv": "Vänd dig till er egen administratör: den lägger upp användare åt er.",
        "da": "Kontakt jeres egen administrator, som opretter brugere for jer.",
        "sk": "Obráťte sa na svojho správcu, ktorý Vám používateľov vytvorí.",
        "en": "Please turn to your own administrator, who adds users for you.",
    },
    not_covered={
        "sv": "Vi hjälper dig gärna med en kurs. Skriv till kurs@desk.example.",
        "da": "Vi hjælper dig gerne med et kursus. Skriv til kursus@desk.example.",
        "sk": "Radi Vám pomôžeme školením. Napíšte na skolenia@desk.example.",
        "en": "We would be glad to help you with a course. Write to courses@desk.example.",
    },
    order={
        "sv": "Felsökningen debiteras om orsaken ligger i er egen miljö eller hantering.",
        "da": "Fejlsøgningen faktureres, hvis årsagen ligger i jeres eget miljø eller jeres egen brug.",
        "sk": "Hľadanie príčiny účtujeme, ak je na strane Vášho prostredia alebo jeho používania.",
        "en": "Fault-finding is charged where the cause lies in your own environment or handling.",
    },
)
_WHY = Words("Hej Åsa,\n\nni har valt att sköta era användare själva.")
_ORDER = "Hej Åsa,\n\nska vi felsöka? Vi räknar med en timme."
_TELLINGS: dict[str, Telling] = {
    "admitted": Admitted(begun=False),
    "declined": Declined(_WHY, "Kim Lund"),
    "declined-bare": Declined(Words(""), ""),
    "not-covered": NotCovered(Words(""), ""),
    "not-covered-words": NotCovered(_WHY, "Kim Lund"),
    "order": OrderAsked(Words(_ORDER), "Kim Lund"),
    "order-recorded": OrderRecorded(True, _ORDER, begun=False),
    "order-refused": OrderRecorded(False, _ORDER, begun=True),
    "fault-confirmed": FaultConfirmed("12.1", date(2026, 12, 15)),
    "fault-changed": FaultConfirmed("12.2", date(2027, 1, 15), changed=True),
    "fault-undated": FaultConfirmed("12.1", None),
    "fault-fixed": FaultFixed("12.1"),
    "fault-news": FaultNews(
        "Kim Lund",
        "VC-000021",
        "12.1",
        date(2026, 12, 15),
        False,
        (FaultCase("VC-000013", "Rapporten", "Åsa Berg", True), FaultCase("VC-000037", "", "bo@b.example", False)),
    ),
    "fault-news-fixed": FaultNews(
        "Kim Lund", "VC-000021", "12.1", None, True, (FaultCase("VC-000013", "Rapporten", "Åsa Berg", True),)
    ),
}
NAMES = tuple(f"{letter}-{desk}" for desk in DESKS for letter in _TELLINGS)


def telling(name: str) -> Telling:
    """What the letter of that name tells."""
    return _TELLINGS[name.rpartition("-")[0]]
