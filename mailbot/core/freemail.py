"""Domains under which anybody can have a mailbox, so that two addresses there have nothing in common."""

from __future__ import annotations

from mailbot.core.mailboxes import ascii_lower

# Chosen by hand in November 2026: providers that give mailboxes to the public, for nothing or with an access line.
# A domain that is missing is treated as a company's.
_WORLD = """
    gmail.com googlemail.com
    outlook.com hotmail.com live.com msn.com windowslive.com passport.com
    outlook.at outlook.be outlook.co.uk outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.ie outlook.it
    outlook.sk
    hotmail.at hotmail.be hotmail.ch hotmail.co.uk hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr hotmail.it
    hotmail.nl hotmail.no hotmail.se hotmail.sk
    live.at live.be live.ca live.co.uk live.de live.dk live.fi live.fr live.ie live.it live.nl live.no live.se
    yahoo.com ymail.com rocketmail.com myyahoo.com
    yahoo.at yahoo.be yahoo.ca yahoo.ch yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com.au yahoo.com.br yahoo.com.tr
    yahoo.cz yahoo.de yahoo.dk yahoo.es yahoo.fi yahoo.fr yahoo.ie yahoo.it yahoo.nl yahoo.no yahoo.pl yahoo.se
    icloud.com me.com mac.com privaterelay.appleid.com
    aol.com aol.co.uk aol.de aol.fr aim.com
    proton.me protonmail.com protonmail.ch pm.me
    tutanota.com tutanota.de tutamail.com tuta.com tuta.io keemail.me
    fastmail.com fastmail.fm hey.com zoho.com zoho.eu zohomail.com zohomail.eu hushmail.com runbox.com mailfence.com
    disroot.org riseup.net duck.com mozmail.com simplelogin.com
    mail.com email.com usa.com europe.com post.com consultant.com inbox.com lycos.com excite.com
    mail.ru bk.ru inbox.ru list.ru internet.ru yandex.com yandex.ru ya.ru rambler.ru ukr.net i.ua meta.ua
    qq.com foxmail.com 163.com 126.com sina.com naver.com hanmail.net daum.net rediffmail.com
"""
_NORTH = """
    telia.com bredband.net bredband2.com bredbandsbolaget.se comhem.se tele2.se spray.se passagen.se swipnet.se
    home.se glocalnet.net bahnhof.se ownit.nu tre.se brevet.nu
    online.no getmail.no broadpark.no c2i.net start.no frisurf.no lyse.net altibox.no
    mail.dk mail.tele.dk post.tele.dk stofanet.dk sol.dk jubii.dk ofir.dk youmail.dk webspeed.dk youseepost.dk
    mail.tdcadsl.dk privat.dk
    suomi24.fi luukku.com kolumbus.fi elisanet.fi saunalahti.fi welho.com dnainternet.net netti.fi pp.inet.fi
    inet.fi surffi.fi phnet.fi
    simnet.is internet.is vodafone.is mail.ee hot.ee inbox.lv inbox.lt
"""
_MIDDLE = """
    azet.sk zoznam.sk centrum.sk post.sk pobox.sk szm.sk atlas.sk pokec.sk stonline.sk orangemail.sk mail.t-com.sk
    chello.sk slovanet.sk
    seznam.cz email.cz post.cz spoluzaci.cz centrum.cz atlas.cz volny.cz quick.cz tiscali.cz o2active.cz iol.cz
    chello.cz upcmail.cz klikni.cz
    wp.pl o2.pl tlen.pl go2.pl onet.pl onet.eu op.pl vp.pl poczta.onet.pl autograf.pl buziaczek.pl interia.pl
    interia.eu intmail.pl poczta.fm gazeta.pl neostrada.pl
    gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.eu gmx.info gmx.org gmx.fr gmx.co.uk web.de email.de t-online.de
    magenta.de freenet.de arcor.de vodafone.de vodafonemail.de kabelmail.de o2mail.de o2online.de 1und1.de online.de
    onlinehome.de mail.de posteo.de posteo.net mailbox.org netcologne.de ewetel.net unitybox.de alice-dsl.net
    alice.de versanet.de kabelbw.de
    aon.at chello.at a1.net bluewin.ch sunrise.ch hispeed.ch
    freemail.hu citromail.hu indamail.hu
"""
_WEST = """
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it tin.it
    tim.it ziggo.nl kpnmail.nl planet.nl home.nl xs4all.nl hetnet.nl upcmail.nl skynet.be telenet.be
    btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk eircom.net
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
"""
_DOMAINS = frozenset(" ".join((_WORLD, _NORTH, _MIDDLE, _WEST)).split())


def is_free_mail(domain: str) -> bool:
    """Whether people under this domain are strangers to one another: a provider's, not a company's.

    Compared whole and without regard to case: a provider's subdomains are its own staff or somebody else's. An empty
    domain is nobody's.
    """
    return ascii_lower(domain).rstrip(".") in _DOMAINS
