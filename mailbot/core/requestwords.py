"""The closed lists of what customers write who ask for one thing alone or only give thanks.

A word that is not here means that a person must read the mail; so nothing belongs here that can mean anything else, in
any language: "löst" does, its unmarked "lost" does not, and "ja tack" asks for something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from types import MappingProxyType
from typing import Final, Literal

from mailbot.core.spelling import unaccented

Kind = Literal["greeting", "thanks", "advance", "pleased", "yes", "please", "status", "close", "cases"]
"""What a phrase does. "greeting": nothing, such as "hej", "och" and the end of "tack för hjälpen"; "advance": gives
thanks for what is yet to come; "pleased": says that all is well; "cases": asks for the list of one's cases."""

DOUBT: Final = frozenset(
    [
        "inte", "ej", "icke", "ingen", "inget", "aldrig", "men", "fel", "akut", "problem", "trasig", "trasigt", "hjälp",
        "ikke", "intet", "fejl", "haster", "hjælp", "nie", "nič", "nikdy", "ale", "chyba", "problém", "pomoc",
        "no", "not", "never", "nothing", "but", "still", "wrong", "broken", "error", "urgent", "help", "fail", "failed",
        "fails", "kein", "keine", "nicht", "aber", "ei", "mutta", "ne",
    ]
)  # fmt: skip
"""Words that stand for no name, be they where a name would."""

PLEASED_EMOJI: Final = frozenset("👍👌🙏👏🙌💪🤗🤩🥳😀😃😄😁😊☺🙂😍🎉🌟⭐🌞☀🌸🌷💐❤🧡💛💚💙💜✅✔")
"""Pictures that say thanks in every language."""

HEADINGS: Final = frozenset(
    [
        "ärende", "ärenden", "öppna ärenden", "supportärenden", "fråga", "en fråga",
        "sag", "sager", "åbne sager", "supportsager", "spørgsmål", "et spørgsmål",
        "požiadavka", "požiadavky", "otvorené požiadavky", "prípady", "otázka",
        "case", "cases", "open cases", "tickets", "question", "a question",
    ]
)  # fmt: skip
"""Subjects that say nothing which the mail below them does not say."""


@cache
def phrases() -> Mapping[str, Kind]:
    """Every phrase in small letters, in NFC, its words parted by one space, and what it does."""
    found: dict[str, Kind] = {}
    for language, kinds in _PHRASES.items():
        for kind, patterns in kinds.items():
            for phrase in expanded(patterns):
                found[phrase] = kind
                # One word without its marks may be another word: Swedish "löst" is English "lost".
                if language in _OFTEN_UNMARKED or " " in phrase:
                    found.setdefault(unaccented(phrase), kind)
    return MappingProxyType(found)


@cache
def longest_phrase() -> int:
    """The words of the longest phrase."""
    return max(phrase.count(" ") + 1 for phrase in phrases())


def expanded(patterns: str) -> Iterator[str]:
    """Every phrase that patterns, one a line or parted by "|", stand for: "{ni,du} kan {nu,} stänga" for four."""
    for pattern in filter(str.strip, re.split(r"[|\n]", patterns)):
        parts = re.split(r"\{([^}]*)\}", pattern)
        choices = [part.split(",") if index % 2 else [part] for index, part in enumerate(parts)]
        for chosen in product(*choices):
            yield " ".join("".join(chosen).split())


_OFTEN_UNMARKED: Final = frozenset(("sk", "cs", "pl"))

_SWEDISH: Final[Mapping[Kind, str]] = {
    "greeting": """
        hej | hejsan | hallå | god {dag,morgon,kväll} | hej {alla,support,supporten,igen} | och | så | ok | okej
        ha {en,} {bra,fin,trevlig,skön} {dag,kväll,helg,vecka,sommar} | ha det {bra,fint,gott,så bra}
        {trevlig,skön} {helg,dag,kväll} | {god,trevlig} helg | god jul | gott nytt år | glad {påsk,midsommar,sommar}
        mvh | vh | hälsningar | vänliga hälsningar | med {vänlig hälsning,vänliga hälsningar}
        för {,all,er,din,snabb,bra,god,den snabba} hjälp | för {hjälpen,all hjälpen,den snabba hjälpen,supporten}
        för {svaret,ditt svar,ert svar,snabbt svar,ett snabbt svar,det snabba svaret,informationen,infon,beskedet}
        för {återkopplingen,bra support,snabb support,bra service,fin service,snabb service}
        """,
    "thanks": """
        tack | tackar | {tack,tackar} så {mycket,jättemycket} | {tusen,stort,ett stort,många,varmt,hjärtligt} tack
        tack {igen,själv,själva} | {jag,vi} tackar
        """,
    "advance": "{tack,tack så mycket} på förhand | på förhand tack | tack i förväg",
    "pleased": """
        {det,allt} {fungerar,funkar} | nu {fungerar,funkar} {det,allt} {,igen,bra,perfekt,utmärkt,som det ska}
        {det,allt,} {fungerar,funkar} {nu,igen,nu igen,bra,bra nu,perfekt,perfekt nu,utmärkt,som det ska}
        nu är det {löst,fixat,åtgärdat,ordnat,bra} | {det,allt,problemet,felet} är {löst,fixat,åtgärdat} {,nu}
        problemet är borta | det löste sig | det har löst sig | löst | perfekt | toppen | kanon | super | bra
        jättebra | mycket bra | utmärkt | underbart | fantastiskt | strålande | fint | härligt
        {vad,så} {bra,fint,skönt} | {jag är nöjd,vi är nöjda} | {bra,fin,snabb,utmärkt} {hjälp,service,support}
        """,
    "yes": "ja | javisst | japp | absolut | jadå",
    "please": "snälla | vänligen | gärna | var {snäll,vänlig} och",
    "status": """
        status | ärendestatus | {vad,hur} är {status,statusen} | {status,statusen} i ärendet
        {,vad är,hur är} {status,statusen} {på,för} {ärendet,mitt ärende,vårt ärende,detta ärende,det här ärendet}
        """,
    "close": """
        stäng | stänga | {ni,du} kan {gärna,} stänga
        {stäng,avsluta} {gärna,} {ärendet,detta ärende,det här ärendet,mitt ärende} {,nu}
        {ni,du} kan {nu,gärna,} {stänga,avsluta} {ärendet,detta ärende,det här ärendet,mitt ärende}
        {ni,du} kan {stänga,avsluta} {ärendet,detta ärende,det här ärendet,mitt ärende} nu
        {ni,du} får {gärna,} {stänga,avsluta} {ärendet,detta ärende,det här ärendet,mitt ärende}
        {ärendet,detta ärende,det här ärendet} kan {nu,} {stängas,avslutas} {,nu}
        det går bra att {stänga,avsluta} ärendet
        """,
    "cases": """
        lista | ärendelista | ärendelistan | ärendeöversikt | lista {ärenden,ärendena}
        {,alla} {våra,mina} {,öppna,pågående,aktuella} ärenden
        {lista,visa} {,alla} {våra,mina,öppna,våra öppna,mina öppna,våra pågående} ärenden
        {,en} {lista,ärendelista,förteckning,översikt} över {,alla} {våra,mina,öppna,våra öppna,mina öppna} ärenden
        {kan,får} {vi,jag} {få,få se} {en lista,ärendelistan} {,över våra ärenden,över våra öppna ärenden}
        {,kan ni,kan du} skicka {,oss,mig} {en lista,ärendelistan} {,över våra ärenden,över våra öppna ärenden}
        vilka {,öppna} ärenden har {vi,jag} {,öppna,just nu,öppna just nu,hos er,öppna hos er}
        {,vad är,hur är} {status,statusen,läget} {på,för,i} {,alla} {våra,mina} {,öppna} ärenden
        """,
}

_DANISH: Final[Mapping[Kind, str]] = {
    "greeting": """
        hej | hejsa | goddag | god {dag,morgen,aften} | hej {alle,support,igen} | og | så | ok | okay
        {hav,ha} en {god,fin,dejlig} {dag,aften,weekend,uge,sommer} | {,rigtig} god {dag,weekend,jul,sommer}
        fortsat god dag | godt nytår | mvh | vh | hilsen | {venlig,med venlig} hilsen | mange hilsner
        for {hjælpen,al hjælpen,din hjælp,jeres hjælp,hurtig hjælp,god hjælp,den hurtige hjælp}
        for {svaret,dit svar,jeres svar,hurtigt svar,et hurtigt svar,det hurtige svar,informationen,info,beskeden}
        for {tilbagemeldingen,god support,god service,hurtig support,hurtig service}
        """,
    # Poles and Czechs have a "tak" too, but their whole answer is seldom that one word.
    "thanks": """
        tak | {mange,tusind,tusinde,stort,stor} tak | tak skal {du,i} have | mange tak skal {du,i} have
        {jeg,vi} takker | tak igen
        """,
    "advance": "på forhånd {mange,} tak | {mange,} tak på forhånd",
    "pleased": """
        {det,alt,det hele} {virker,fungerer,kører} {,nu,igen,nu igen,fint,fint nu,perfekt,som det skal}
        nu {virker,fungerer,kører} {det,alt,det hele} {,igen,fint,perfekt,som det skal}
        {det,problemet,fejlen} er {løst,rettet,fikset} {,nu} | nu er det {løst,i orden,rettet,fikset} | løst
        alt er i orden {,nu} | perfekt | super | fint | {super,rigtig,meget} {godt,fint} | fantastisk
        dejligt | skønt | glimrende | udmærket | herligt | det var {godt,dejligt,super} | {god,hurtig} service
        """,
    "yes": "ja | jep | jo | ja da | absolut",
    "please": "venligst | gerne | vær {venlig,sød} at",
    "status": """
        status | sagsstatus | {hvad er,} {status,statussen} {på,for} {sagen,min sag,vores sag,denne sag}
        hvad er {status,statussen} | status i sagen
        """,
    "close": """
        luk | lukke | {luk,afslut} {gerne,venligst,bare,} {sagen,denne sag,min sag} {,nu,venligst}
        {i,du} {kan,må} {nu,gerne,godt,bare,} {lukke,afslutte} {sagen,denne sag,min sag} {,nu}
        {i,du} {kan,må} {,godt,gerne} lukke | {sagen,denne sag} {kan,må} {nu,gerne,godt,} {lukkes,afsluttes}
        {lukke,afslutte} sagen
        """,
    "cases": """
        liste | sagsliste | sagslisten | sagsoversigt
        {,alle} {vores,mine} {,åbne,aktuelle,igangværende} sager
        {vis,list} {,alle} {vores,mine,åbne,vores åbne,mine åbne} sager
        {,en} {liste,oversigt} over {,alle} {vores,mine,åbne,vores åbne,mine åbne} sager
        {må,kan} {vi,jeg} få {en liste,en oversigt,sagslisten} {,over vores sager,over vores åbne sager}
        {,kan i,kan du,vil i,vil du} sende {,os,mig} {en liste,en oversigt} {,over vores sager,over vores åbne sager}
        send {,os,mig} {en liste,en oversigt,sagslisten} {,over vores sager,over vores åbne sager}
        hvilke {,åbne} sager har {vi,jeg} {,åbne,lige nu,åbne lige nu,hos jer,åbne hos jer}
        {,hvad er} {status,statussen} {på,for} {,alle} {vores,mine} {,åbne} sager
        """,
}

_SLOVAK: Final[Mapping[Kind, str]] = {
    "greeting": """
        dobrý {deň,večer} | dobré ráno | ahoj | ahojte | zdravím | čau | a | ok | okej | dobre | takže
        {prajem,} {pekný,príjemný,krásny} {deň,večer,víkend} | {prajem,} pekný zvyšok dňa
        s {pozdravom,úctou,priateľským pozdravom} | pozdravujem
        za {pomoc,rýchlu pomoc,vašu pomoc,všetku pomoc,odpoveď,rýchlu odpoveď,vašu odpoveď,informáciu,informácie}
        za {podporu,ochotu,vyriešenie,rýchle vyriešenie,rýchlu reakciu}
        """,
    "thanks": """
        {ďakujem,ďakujeme} {,pekne,veľmi pekne,krásne,veľmi,ešte raz} | {veľmi,veľmi pekne,pekne} {ďakujem,ďakujeme}
        vďaka | veľká vďaka | ešte raz {ďakujem,ďakujeme} | dík | díky
        """,
    "advance": "vopred {ďakujem,ďakujeme,vďaka} | {ďakujem,ďakujeme,vďaka} vopred",
    "pleased": """
        {už,teraz,} {to,všetko} {,už} funguje {,správne,dobre,výborne,perfektne,ako má}
        funguje to {,už,správne,dobre} | {už,teraz} funguje {,to,všetko}
        {všetko,už} je {,už} {v poriadku,vyriešené} | už je to {v poriadku,vyriešené} | je to {už,} vyriešené
        problém {je,bol} vyriešený | požiadavka {je,bola} vyriešená | vyriešené
        výborne | super | perfektné | perfektne | skvelé | výborné | paráda
        """,
    "yes": "áno | jasné | iste",
    "please": "prosím | prosím vás | poprosím | {pošlite,zašlite} {nám,mi}",
    "status": """
        status | {,#}stav | aký je stav | {aký je,} stav {,mojej,našej,tejto} {požiadavky,žiadosti}
        {aký je,} stav {,môjho,tohto} prípadu | {aký je,} stav {riešenia,vybavenia} {,požiadavky}
        """,
    "close": """
        zavri | zavrieť | zavrite | uzavri | uzavrieť | uzavrite | zatvoriť
        {zavrite,uzavrite,uzatvorte,zatvorte} {,prosím} {,túto,moju} požiadavku | {zavrite,uzavrite} {,tento} prípad
        {zavrieť,uzavrieť,uzatvoriť} {,túto} požiadavku | {zavrieť,uzavrieť} {,tento} prípad
        môžete {zavrieť,uzavrieť,uzatvoriť} {,požiadavku,túto požiadavku,prípad,tento prípad}
        {,túto} požiadavku môžete {zavrieť,uzavrieť,uzatvoriť} | prípad môžete {zavrieť,uzavrieť}
        môžete {,túto} požiadavku {zavrieť,uzavrieť,uzatvoriť} | môžete prípad {zavrieť,uzavrieť}
        """,
    "cases": """
        zoznam | {zoznam,prehľad} {požiadaviek,prípadov,našich prípadov,našich otvorených prípadov}
        {,všetky} {naše,moje} {,otvorené,aktuálne} {požiadavky,prípady}
        {zoznam,prehľad} {,všetkých} {našich,mojich,otvorených,našich otvorených,mojich otvorených} požiadaviek
        {pošlite,zašlite} {nám,mi} {,prosím} {zoznam,prehľad} {,našich požiadaviek,našich otvorených požiadaviek}
        môžete {nám,mi} poslať {zoznam,prehľad} {,našich požiadaviek,našich otvorených požiadaviek}
        aké {,otvorené} {požiadavky,prípady} {máme,mám} {,otvorené} | aké máme {,otvorené} {požiadavky,prípady}
        {,aký je} stav {,všetkých} {našich,mojich} {,otvorených} {požiadaviek,prípadov}
        """,
}

_ENGLISH: Final[Mapping[Kind, str]] = {
    "greeting": """
        hi | hello | hey | dear {support,team,all,sir,madam,sir or madam} | {hi,hello} {all,team,there,support,again}
        good {morning,afternoon,evening,day} | and | & | so | ok | okay
        have a {great,good,nice,lovely} {day,evening,weekend,week} | {happy,merry} {christmas,new year,easter}
        {best,kind,} regards | best wishes
        for {your,the,all your,all the} {quick,fast,kind,great,} {help,support,assistance,service}
        for {your,the} {quick,fast,kind,prompt,} {response,reply,answer}
        for {helping,your time,your patience,the info,the information,the update,letting me know}
        """,
    "thanks": """
        {thanks,thank you} {,so much,very much,a lot,again,all,both,everyone,kindly}
        {many,a lot of,a million,huge} thanks | thanks a {million,bunch} | {much,very much} appreciated | thx
        {i,we} {really,} appreciate {it,the help,your help} | thanks and regards | thank you and regards
        """,
    "advance": "{thanks,thank you,many thanks} {very much,} in advance",
    "pleased": """
        {it,that,this,everything,all} {works,is working} {,now,again,fine,fine now,perfectly,great,as expected}
        {it's,that's} working {,now,again,fine,fine now,perfectly,great} | now {it,everything} works {,again,fine}
        {works,working} {now,again,fine,perfectly,great,like a charm} | it worked | that {worked,did the trick}
        {it,this,that,the problem,the issue,problem,issue} is {now,} {solved,resolved,fixed} {,now}
        {it's,that's} {solved,resolved,fixed} {,now} | {problem,issue} {solved,resolved,fixed} | solved | resolved
        all {good,is well,is good} {,now} | perfect | great | excellent | brilliant | awesome | fantastic | wonderful
        amazing | superb | lovely | super | {great,good,excellent,fantastic} {service,support}
        that's {great,perfect,wonderful,excellent} | {i am,i'm,we are,we're} {very,} happy
        """,
    "yes": "yes | yep | yeah | sure | absolutely | of course",
    "please": "please | kindly",
    "status": """
        {,#}status | {,current} status | {case,ticket} status | {the,} status of {my,our,the,this} {case,ticket,request}
        {what is,what's} the {current,} status {,of my case,of the case,of this case,of my ticket,of this ticket}
        status on {my,our,the,this} {case,ticket}
        """,
    "close": """
        close | you {can,may} close | {,you can,you may} close {the,this,my} {case,ticket,issue} {,now}
        {you can now,feel free to} close {the,this,my} {case,ticket,issue}
        {the,this,my} {case,ticket,issue} {can,may} {now,} be closed {,now}
        """,
    "cases": """
        list | case list | ticket list | list {of,the} {cases,tickets} | list {cases,tickets}
        {,all} {our,my} {,open,current} {cases,tickets}
        {list,show,show us,show me} {,all} {our,my,open,our open,my open,all open} {cases,tickets}
        {,a,the} list of {,all} {our,my,open,our open,my open} {cases,tickets}
        {can,could,may} {we,i} {have,get,see} {a,the} list {,of our cases,of our open cases,of all our cases}
        {,can you,could you} send {,us,me} {a,the} list {,of our cases,of our open cases,of all our cases}
        {which,what} {,open} {cases,tickets} do {we,i} have {,open,open now}
        {,what is,what's} the status of {,all} {our,my} {,open} {cases,tickets}
        status {of,on} {,all} {our,my} {,open} {cases,tickets}
        """,
}

_PHRASES: Final[Mapping[str, Mapping[Kind, str]]] = {
    "sv": _SWEDISH,
    "da": _DANISH,
    "sk": _SLOVAK,
    "en": _ENGLISH,
    "no": {
        "greeting": "hei | hei {alle,igen} | {ha en,} {fin,god} {dag,helg} | for {hjelpen,svaret,rask hjelp}",
        "thanks": "takk | {mange,tusen,hjertelig} takk | takk skal {du,dere} ha",
    },
    "fi": {
        "greeting": """
            hei | moi | terve | hyvää {päivää,huomenta,iltaa} | {hyvää,mukavaa} {päivänjatkoa,viikonloppua}
            {nopeasta,} {avusta,vastauksesta}
            """,
        "thanks": "kiitos | kiitoksia | suuri kiitos | suuret kiitokset | paljon kiitoksia | kiitos paljon",
    },
    "de": {
        "greeting": """
            hallo | guten {tag,morgen,abend} | {schönen,einen schönen} {tag,abend} | schönes wochenende
            für {die,ihre} {schnelle,} {hilfe,antwort,unterstützung,rückmeldung}
            """,
        "thanks": "danke | danke {sehr,schön,vielmals} | {vielen,besten,herzlichen} dank",
    },
    "pl": {
        "greeting": "dzień dobry | cześć | witam | miłego {dnia,weekendu} | za {pomoc,szybką pomoc,odpowiedź}",
        "thanks": "{dziękuję,dziękujemy} {,bardzo,serdecznie} | {bardzo,serdecznie} {dziękuję,dziękujemy} | dzięki",
    },
    "cs": {
        "greeting": "dobrý {den,večer} | ahoj | {přeji,} {hezký,pěkný} {den,víkend} | za {pomoc,rychlou pomoc,odpověď}",
        "thanks": """
            {děkuji,děkuju,děkujeme} {,moc,mockrát,velmi} | {moc,mockrát,velmi} {děkuji,děkuju,děkujeme}
            díky | díky moc | moc díky
            """,
    },
}
