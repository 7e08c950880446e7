"""The words in which customers give a score, for each language that letters are written in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mailbot.core.spelling import unaccented


def _folded(text: str) -> frozenset[str]:
    return frozenset(map(unaccented, text.split()))


def _numbered(*rows: str) -> Mapping[str, int]:
    """Each word to the place of its row."""
    return MappingProxyType({unaccented(word): number for number, row in enumerate(rows) for word in row.split()})


NUMBERS: Final = _numbered(
    "noll nolla nollan nul zero nought nula nulu nuly nulka nulku",
    "etta ettan ettal jednotka jednotku",
    "två tvåa tvåan two dva dve dvojka dvojku",
    "tre trea trean tretal treer three tri trojka trojku",
    "fyra fyran firtal firetal firer four štyri štvorka štvorku",
    "fem femma femman femtal femmer five päť päťka päťku",
    "sex sexa sexan seks sekstal sekser six šesť šestka šestku",
    "sju sjua sjuan syv syvtal syver seven sedem sedmička sedmičku",
    "åtta åttan otte ottetal otter eight osem osmička osmičku",
    "nio nia nian nital nier nine deväť devet deviatka deviatku",
    "tio tia tian tital tier ten desať deset desiatka desiatku desiatich",
)
"""Numbers from 0 to 10 in words, as nouns too ("en nia", "et nital", "deviatku")."""

LONELY: Final = _numbered("", "en ett et one jeden jedna jedno", "to", "", "fire", "", "", "", "", "ni", "ti")
"""Numbers that mean something else in most sentences, be it in another language ("ni" is "you" in Swedish)."""

TOO_MANY: Final = _folded(
    "elva tolv tretton femton tjugo hundra tusen elleve tretten femten tyve hundrede tusind eleven twelve thirteen "
    "fifteen twenty hundred thousand jedenásť dvanásť trinásť dvadsať sto tisíc"
)

NAMING: Final = _folded(
    "betyg betyget betyga betygsätter poäng poängen svar svaret rättelse "
    "karakter karakteren karaktér bedømmelse svar svaret rettelse "
    "score scores rating rate rated grade mark answer correction "
    "hodnotenie hodnotím hodnotíme hodnotil hodnotila známka známku odpoveď skóre oprava opravujem "
    "dávam dávame dám udeľujem "
    "nöjdhet helhetsbetyg totalbetyg slutbetyg tilfredshed helhed satisfaction spokojnosť nps"
)
"""Words that say that the number beside them is the score."""

GIVING: Final = _folded(
    "ger gett får sätter menade rättar rätta ändrar ändra giver givet sætter mente retter ret "
    "give gave giving meant correct change dal dala opravte zmeňte"
)
"""Verbs that say so where a person is their subject."""

SAYING: Final = _folded("säger säga tycker tror siger sige synes say think guess povedal povedala myslím povedzme")
"""Verbs that may stand beside a score, as beside any other number."""

SUBJECTS: Final = _folded("jag vi jeg i we we'd we'll i'd i'll my som by ni du you vám vás")
"""Who gives a score, and to whom; without one of these verbs the sentence tells how many they are."""

FILLING: Final = _folded(
    "en ett er eder dig det blir är skulle vill kan nog väl typ ca cirka ungefär kanske troligen ja jo nja nej ok okej "
    "mitt min vårt vår totala totalt sammantaget sammanlagt hel helt solklar klar klart stark ren rak fet rund full "
    "fulla given absolut definitivt bra jättebra mycket väldigt superbra toppen nöjd supernöjd jättenöjd skala skalan "
    "alltså istället ska vara bara super suveränt kanon kanonbra perfekt perfekta utmärkt fantastiskt fantastisk "
    "strålande toppklass dålig dåligt uselt missnöjd besviken "
    "et jer dem bliver vil ville måske omkring nok mit vores samlet flot stort godt meget tilfreds skalaen så skal "
    "være kun fremragende dårlig dårligt utilfreds skuffet "
    "a an it it's is that's that the would be will just maybe perhaps probably about around roughly yes yeah well my "
    "our overall total solid strong clear perfect very satisfied happy good great scale so instead should only "
    "excellent fantastic amazing brilliant bad poor terrible disappointed dissatisfied unhappy "
    "je bude asi možno približne zhruba áno moje môj moja naše celkovo celkové jasná jasných plná plných silná veľmi "
    "spokojný spokojná spokojní stupnici škále radšej má byť iba len výborné výborne výborná skvelé skvelá perfektné "
    "perfektná perfektne zlé zle zlá nespokojný nespokojná sklamaný sklamaná"
)
"""Words that change nothing about the number beside them."""

LINKING: Final = _folded(
    "på från till utav til fra on from to of for na od do pre service servicen support supporten hjälpen hjælpen help"
)
"""Words that do so where something else says that the number is a score: "change to 8", "on a scale from 0 to 10"."""

SCALES: Final = _folded("skala skalan skalaen scale stupnici škále")

DOUBTFUL: Final = _folded(
    "nästan knappt minst högst max maximalt över under mer mindre halv halva komma plus minus mellan om förra snarare "
    "næsten knap knapt mindst højst maks over mere halvt mellem hvis sidste snarere "
    "almost nearly barely hardly least most above below more less than half between if last rather "
    "takmer skoro sotva aspoň minimálne najviac maximálne nad pod viac menej pol celá čiarka medzi ak keby predtým skôr"
)
"""Words that make another number of the one beside them, or none."""

DENYING: Final = _folded("inte ej icke ingen inget aldrig ikke intet not isn't never nie žiadna žiadnu nikdy")
"""Words that do so in front of a number; behind it they speak of something else ("2, not satisfied")."""

TOWARDS: Final = _folded("till til to pre")
"""Words that name, behind a score out of ten, who has earned it."""

JOINING: Final = _folded("eller och og or and alebo či a az až till til to do respektive resp samt")
"""Words between two numbers either of which could be meant."""

OUT_OF: Final = _folded("av af of z zo utav ud out")
"""Words between a score and the greatest one there is."""

REACHING: Final = _folded("till til to do az až")
"""Words between the ends of a scale."""

THEN: Final = _folded(
    "eftersom därför pga då men dock fast så allt alla inget ingenting tack "
    "fordi da siden grundet pga men dog så alt intet tak "
    "because since as cause cos due but though although so everything nothing all thanks thank "
    "lebo pretože keďže ale hoci takže všetko nič vďaka ďakujem"
)
"""Words with which a sentence goes on behind a score."""

FOR: Final = _folded("för for")
"""Such a word only where the next is in `FOR_WHAT`: "9 for you were fast" tells why, "3 for each of us" does not."""

FOR_WHAT: Final = _folded("att at ni i du you your he she they we vi jag jeg")

BEHIND: Final = _folded(
    "poäng p pts mig oss möjliga möjligt tack till utan tvekan betyget betyg tycker säger blir "
    "point points pt mulige mig os tak uden tvivl herfra synes siger "
    "me us possible thanks thx please from definitely absolutely really "
    "bod bodov body bodu b odo mňa od nás možných ďakujem vďaka bez váhania určite"
)
"""Words that may end the sentence behind a score."""

GREETING: Final = _folded(
    "hej hejsan hallå tjena tja god goddag morgon hi hello hey dear kära kære bästa dobrý dobré deň ahoj ahojte vážený "
    "vážená vážení milá milý zdravím"
)
THANKING: Final = _folded("tack tackar tak thanks thank thx many mange ďakujem ďakujeme vďaka děkuji")

MONTHS: Final = _folded(
    "jan januari januar january januára janua feb februari februar february februára mar mars marts march marca apr "
    "april apríl apríla maj may máj mája jun juni june jún júna jul juli july júl júla aug augusti august augusta sep "
    "sept september septembra okt oktober október októbra oct october nov november novembra dec december decembra"
)

LABELS: Final = _folded("fråga frågan svar spørgsmål question answer q a f s otázka odpoveď")
"""Words before the number of a question: "Fråga 2:", "Q1"."""

STOPPING: Final = frozenset(
    map(
        unaccented,
        [
            "stop", "stopp", "stoppa", "avregistrera", "avregistrera mig", "avanmäl", "avanmälan", "avsluta",
            "avbeställ", "avprenumerera", "sluta", "afmeld", "afmeld mig", "frameld", "afmelding", "stop tak",
            "odhlásiť", "odhlásiť sa", "odhlás", "odhláste", "odhláste ma", "odhlásenie", "zrušiť", "nepísať",
            "unsubscribe", "unsubscribe me", "unsub", "opt out", "optout", "remove me",
        ],
    )
)  # fmt: skip
"""All that a reply says which wants no more surveys."""

STARS: Final = "★☆⭐✩✪✭✮🌟"
