"""The closed lists of what customers write who say yes or no, and nothing else, to what they are asked to order (S12).

As in `core.requestwords` nothing belongs here that can mean anything else; who is understood wrongly pays for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from mailbot.core.requestwords import expanded, phrases
from mailbot.core.spelling import unaccented

Answer = Literal["yes", "no", "polite"]
"""What a phrase does; "polite": nothing, such as "hej" and "tack"."""


@cache
def answer_phrases(languages: frozenset[str]) -> Mapping[str, Answer]:
    """Every phrase in small letters, its words parted by one space, and what it does.

    But for those that mean something else in one of the languages, in which the customer was asked: the Slovak "no" is
    no no.
    """
    found: dict[str, Answer] = {
        phrase: "polite" for phrase, kind in phrases().items() if kind in {"greeting", "thanks", "advance"}
    }
    for answer, patterns in _ANSWERS.items():
        for phrase in expanded(patterns):
            found[phrase] = answer
            found.setdefault(unaccented(phrase), answer)
    for language in languages & _OTHERWISE.keys():
        for phrase in expanded(_OTHERWISE[language]):
            found.pop(phrase, None)
    return MappingProxyType(found)


@cache
def longest_answer() -> int:
    """The words of the longest phrase."""
    return max(phrase.count(" ") + 1 for phrase in answer_phrases(frozenset()))


_OTHERWISE: Final[Mapping[str, str]] = {"sk": "no | hej", "cs": "no | hej", "pl": "no | hej", "fi": "no | jo"}

_ANSWERS: Final[Mapping[Answer, str]] = {
    "polite": """
        snälla | vänligen | venligst | vær {venlig,sød} at | prosím | prosím vás | please | kindly
        """,
    "yes": """
        ja | japp | javisst | jajamän | jadå | jodå | absolut | visst | självklart | givetvis | gärna | mycket gärna
        {,vi,jag} {beställer,godkänner,accepterar} {,det,detta,det här,beställningen,kostnaden,villkoren}
        {,vi,jag} vill {,gärna} {beställa,beställa det,beställa detta,ha det,ha hjälp,att ni gör det}
        {gör,kör,vi gör,vi kör,gör gärna,kör gärna} {det,så} | kör {på,igång,i gång} | sätt {i gång,igång}
        det vill {vi,jag} {,gärna} | {vi,jag} vill gärna | {det,den} är beställd
        beställt | godkänt | godkänns | accepteras
        {ni,du} {kan,får} {,gärna} {göra det,köra,köra på,sätta i gång,sätta igång,börja}

        jep | jo | jo tak | ja da | gerne | meget gerne | selvfølgelig | naturligvis | bestemt
        {,vi,jeg} {bestiller,godkender,accepterer} {,det,dette,bestillingen,prisen,vilkårene}
        {vi,jeg} vil gerne | {,vi,jeg} vil {,gerne} {bestille,bestille det,bestille dette,have det,have hjælp}
        {,bare} {gør,udfør} {,bare,gerne} {det,dette} | {,bare} {gå,kom,sæt} i gang | det {vil vi,vil jeg} {,gerne}
        {i,du} {må,kan} {,gerne} {gøre det,gå i gang} | bestilt | godkendt

        áno | jasné | iste | určite | samozrejme | súhlasím | súhlasíme | objednávam | objednávame | schvaľujem
        schvaľujeme | {objednávam,objednávame} {to,si to} | {chcem,chceme} {to,si to} objednať
        mám záujem | máme záujem
        {urobte,spravte} to | môžete {začať,to urobiť,pokračovať} | začnite

        yes | yep | yeah | sure | absolutely | certainly | definitely | of course | by all means
        {,we,i} {order,approve,accept} {,it,this,that,the order,the cost,the terms} | {we,i} agree | agreed | approved
        ordered | {we,i} {want,would like} {it,this,that} | {we'd,i'd} {like,love} {it,this,that,to} | {we,i} {do,would}
        {we,i} {want,would like} to order {,it,this,that} | {we'd,i'd} like to order {,it,this,that}
        {,please} {go ahead,proceed,start,go for it} | {,please} do {,it,so,this,that} | let's do {it,that,this}
        you {can,may} {go ahead,proceed,start,begin}

        gjerne | kyllä | joo | {,me,minä} {tilaamme,tilaan} | jawohl | gerne doch | ano | jasně | samozřejmě | souhlasím
        souhlasíme | objednávám | objednáváme | zgadzam się | zgadzamy się | oczywiście
        """,
    "no": """
        nej | nejdå | nejtack | {,vi,jag} {avstår,tackar nej} | {,vi,jag} beställer {inte,ej} {,det,detta,det här}
        {,vi,jag} vill {inte,ej} {beställa,beställa det,beställa detta,ha det} | det vill {vi,jag} inte
        {gör,beställ} {,det,detta} {inte,ej}

        {nej,} ellers tak | {,vi,jeg} {takker nej,afstår} | {,vi,jeg} bestiller {det,dette,} ikke {,det,dette}
        {,vi,jeg} {ønsker,vil} {,det} ikke {,det,dette,bestille,bestille det,have det} | det {vil,ønsker} {vi,jeg} ikke
        {gør,bestil} det ikke

        nie | nesúhlasím | nesúhlasíme | {neobjednávam,neobjednávame} {,to,si to} | nemám záujem | nemáme záujem
        {nechcem,nechceme} {to,si to} {,objednať} | nerobte to

        no | no {thanks,thank you} | nope | {,we,i} {decline,refuse} {,it,this,that,the order}
        {,please} {do not,don't} {,do it,do that,do this,go ahead,proceed,start}
        {we,i} {do not,don't,would not,wouldn't,will not,won't} {want,order} {,it,this,that}
        {we,i} {do not,don't} want to order {,it,this,that} | {we,i} {would rather,would prefer} not

        nei | nei takk | ei | ei kiitos | {,me,minä} {emme tilaa,en tilaa} | nein | ne | nesouhlasím | nesouhlasíme
        """,
}
