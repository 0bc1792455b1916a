"""The words by which English, German and French texts state what Articles 21, 23 and 34 and the size classes say.

Words alone: every figure that a claim is held against comes from the dataset's tables. A text in another language has
none of these words beside its figures, so it is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = [
    "ANCHORS",
    "CLASSES",
    "DOUBT_FINES",
    "DOUBT_POINTS",
    "DOUBT_SIZES",
    "DOUBT_STAGES",
    "DUTY",
    "FINE",
    "LEADS",
    "MODAL",
    "NUMBERS",
    "REPORTED",
    "SIZES",
    "SIZE_RULE",
    "STAGES",
    "TOPICS",
    "TRUST",
    "TURNOVER",
    "UNITS",
    "Topic",
    "in_doubt",
    "words",
]


def words(*alternatives: str) -> re.Pattern[str]:
    """Return a pattern for whole words; each alternative is a pattern without nested repetition."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(alternatives)})(?!\w)", re.IGNORECASE)


# Whoever speaks so may deny, compare, quote, suppose or tell what happened, or speak of a national act: no claim.
# "No later than" and its like are the ways in which deadlines are stated, not negations.
_DENIED = (
    r"not(?!\s+later\s+than)|no(?!\s+later\s+than)|cannot|\w+n't|never|neither|nor|none|nobody|without\s+any",
    r"nicht(?!\s+später\s+als)|kein\w*|nie|niemals|weder|ohne\s+dass",
    r"pas|ne|n'\w+|non(?!-)|aucun\w*|jamais|ni|sans\s+que",
)
_DOUBTED = (
    r"myths?|wrong\w*|incorrect\w*|false\w*|mistak\w*|erroneous\w*|mis(?:read|quot|stat|conce)\w*|claim\w*|alleg\w*"
    r"|believ\w*|assum\w*|confus\w*|suppos\w*|errors?|untrue|outdated|correct(?:ed|ion|s)?|imagin\w*|sometimes|often",
    r"mythos|falsch\w*|irrtüm\w*|irrtum\w*|fälschlich\w*|behaupt\w*|angeblich\w*|verwechs\w*|fehler\w*|unrichtig\w*"
    r"|meint|meinen|manche\w*|oft|korrigier\w*|annahme\w*|vermeintlich\w*",
    r"mythes?|faux|fausse\w*|tort|erron\w*|prétend\w*|confon\w*|erreurs?|inexact\w*|corrig\w*|croi\w*|certains|souvent",
)
_COMPARED = (
    r"instead|rather|unlike|contrast|contrary|whereas|while|compar\w*|differ\w*|versus|vs|exceeding|between|about(?=\s+(?:\d|EUR|€))"
    r"|approximately|around|roughly|almost|nearly|example|e\.g|such\s+as|for\s+instance|hypothe\w*|if\s+only"
    r"|twice|half|double|besides|in\s+addition|as\s+well\s+as|apart\s+from|together\s+with|combined",
    r"anders|gegensatz|statt|anstatt|anstelle|während|hingegen|dagegen|vergl\w*|unterschied\w*|zwischen|etwa|rund|circa"
    r"|ca|ungefähr|beispiel\w*|z\.\s?b|bspw|doppelt\w*|hälfte|neben|zusätzlich\w*|zusammen",
    r"contrairement|plutôt|lieu|tandis|alors\s+que|compar\w*|différ\w*|entre|environ|exemple|p\.\s?ex|double|moitié"
    r"|outre|en\s+plus|ensemble",
)
_OTHER_RULES = (
    r"was|were|had|did|been|would|should|could|draft\w*|propos\w*|amend(?:ed|ing|ments?)|former\w*|previous\w*|repealed|earlier"
    r"|national\w*|domestic|transpos\w*|our|ours|we|us|my|internal\w*|contract\w*|guideline\w*|guidance",
    r"war|waren|wurden?|hatten?|gewesen|würden?|sollten?|könnten?|entwurf\w*|vorschlag\w*|vorgeschlagen\w*|geändert\w*"
    r"|bisher\w*|früher\w*|ehemal\w*|innerstaatlich\w*|umsetzung\w*|unser\w*|wir|uns|intern\w*|vertrag\w*|leitlinie\w*",
    r"était|étaient|fut|furent|été|avai\w*|aurai\w*|devrai\w*|pourrai\w*|serai\w*|projet|proposition\w*|modifi\w*"
    r"|ancien\w*|nationa\w*|nos|notre|nous|interne\w*|contra[tc]\w*|ligne\w*\s+directrice\w*",
)
_STATES = (
    r"austria\w*|belg\w*|bulgar\w*|croat\w*|cypr\w*|czech\w*|danish|denmark|dutch|eston\w*|finnish|finland|french|france"
    r"|german\w*|greek|greece|hungar\w*|irish|ireland|ital\w*|latvia\w*|lithuan\w*|luxem\w*|malta|maltese|netherlands"
    r"|poland|polish|portug\w*|romania\w*|slova\w*|sloven\w*|spain|spanish|swed\w*|norw\w*|swiss|switzerland",
    r"österr\w*|kroat\w*|zyp\w*|tschech\w*|dän\w*|finn\w*|frankreich\w*|französ\w*|deutsch\w*|griech\w*|ungar\w*|irisch\w*"
    r"|irland\w*|lett(?:land|isch)\w*|litau\w*|niederl\w*|pol(?:en|nisch)\w*|rumän\w*|slowak\w*|slowen\w*|span\w*"
    r"|schwed\w*|schweiz\w*|bund|bundes\w*",
    r"autrich\w*|chypr\w*|tchèqu\w*|danois\w*|danemark|finland\w*|français\w*|allemand\w*|allemagne|grec\w*|grèce"
    r"|hongr\w*|irland\w*|letton\w*|lituan\w*|pays-bas|néerland\w*|pologne|polonais\w*|roumain\w*|roumanie|espagn\w*"
    r"|suéd\w*|suède|suisse",
)
_QUOTED = re.compile("[\"?«»\u201c\u201d\u201e\u201f\u2039\u203a]|'{2}|(?<![\\w.,])'(?=\\w[^']{2,80}')")
_DOUBT = words(*_DENIED, *_DOUBTED, *_COMPARED, *_OTHER_RULES, *_STATES)


def in_doubt(sentence: str) -> bool:
    """Tell whether a sentence may do anything but state what the Directive says."""
    return _DOUBT.search(sentence) is not None or _QUOTED.search(sentence) is not None


# A period beside a stage may also be a reminder, an exercise, an answer of the authority, or somebody's own target.
DOUBT_STAGES = words(
    r"can|may|might|ideally|recommend\w*|aim\w*|target\w*|goals?|playbooks?|procedures?|polic(?:y|ies)|drills?|exercises?"
    r"|remind\w*|exten[ds]\w*|further|additional|another|remaining|left|prior|before|except\w*|unless|longer|shorter|sooner"
    r"|later(?!\s+than)|than(?<!later\sthan)|faster|customers?|suppliers?|respon[ds]\w*|repl(?:y|ies)|answers?|receipt"
    r"|receiv\w*|feedback|retain\w*|kept|keep\w*|stor\w*|already|takes?|publish\w*|inform\w*\s+the\s+public|soc|ciso|teams?|on-call|first|approv\w*|prepar\w*|escalat\w*|classif\w*|triag\w*|clock|updat\w*",
    r"kann|können|darf|dürfen|empf[aoie]\w*|ziel\w*|übung\w*|erinner\w*|verlänger\w*|weitere\w*|ausnahm\w*|außer|länger"
    r"|kürzer|früher|mehr\s+als|weniger\s+als|kund\w*|lieferant\w*|antwort\w*|rückmeld\w*|eingang\w*|erhalt|aufbewahr\w*"
    r"|bereits|dauert|freigeb\w*|freigegeb\w*|vorbereit\w*|eskalier\w*|klassifizier\w*|aktualisier\w*|zunächst|erste[nrs]?",
    r"peut|peuvent|recommand\w*|objectifs?|exercices?|rappel\w*|prolong\w*|supplémentaires?|avant|sauf|plus\s+d[e']"
    r"|moins\s+d[e']|clients?|fournisseurs?|répon[ds]\w*|retours?|réception|conserv\w*|déjà|approuv\w*|prépar\w*|escalad\w*|class[eé]\w*|équipes?|mettre\s+à\s+jour|mises?\s+à\s+jour|met\s+à\s+jour|premi(?:er|ère)s?",
)
# What serves a point need not be asked by it: "to meet point (d), use encryption".
DOUBT_POINTS = words(
    r"to\s+(?:meet|comply|satisfy|fulfil\w*|implement|achieve|support)|in\s+order|helps?|supports?|via|through|by\s+using",
    r"um|hilft|helfen|unterstütz\w*|dient|mittels",
    r"afin|aide\w*|contribue\w*|pour\s+(?:respecter|satisfaire|se\s+conformer)",
)
DOUBT_FINES = words(
    r"imposed|levied|paid|(?<!be\s)fined|than|per\s+day|daily|(?:a|with|whose|annual)\s+turnover\s+(?:of|is)|revenues?|profits?"
    r"|cases?|calculat\w*|amounts\s+to|means\s+that|hence|therefore|lower|reduc\w*|drops?|rises?|free|(?:may|can)\s+(?:set|choose|fix)|this|that|large\w*|big|(?:allows?|permits?|enables?)(?!\s+fines)|to\s+fine",
    r"\Afor\s(?!(?:essential|important|an?|any|all|every|entities|infring\w*|breach\w*)(?!\w))[^,]{1,60}",
    r"verhängt\w*|gezahlt\w*|mehr\s+als|weniger\s+als|täglich\w*|pro\s+tag|umsatz(?:es)?\s+von|gewinn\w*|fall|fälle"
    r"|rechnet\w*|besonders|daher|niedriger\w*|senk\w*|erlaubt|ermöglicht|gestattet",
    r"infligée?s?|payée?s?|plus\s+de|moins\s+de|par\s+jour|chiffre\s+d'affaires\s+(?:annuel\s+)?de\s+\d[^%]*|bénéfices?"
    r"|calcul\w*|donc|inférieure?s?|rédui\w*|permet\w*|autorise\w*",
)
DOUBT_SIZES = words(
    r"micro\w*|small\w*|kleinst\w*|kleine\w*|petites?|groups?|linked|partners?|years?|micro-\w+",
    r"verbund\w*|partner\w*|jahre\w*|gruppe\w*",
    r"ans|années?|groupes?|liée?s?|partenaires?",
)
# What a figure of a size class counts, by the word that the rules of the dataset have for it.
SIZES: Mapping[str, re.Pattern[str]] = {
    "work units": words(
        r"employees|persons|people|staff|workers|(?:annual\s+)?work\s+units|awu|fte",
        r"beschäftigten?|mitarbeiter\w*|personen|arbeitskräfte\w*|jahresarbeitseinheiten",
        r"salariés|personnes|employés|unités\s+de\s+travail\w*",
    ),
    "turnover": words(r"turnover", r"(?:jahres)?umsatz\w*", r"chiffre\s+d'affaires"),
    "balance sheet": words(r"balance\s+sheet", r"(?:jahres)?bilanz\w*", r"bilan"),
}
# A rule, and no fact about one enterprise, ends so before its figure.
SIZE_RULE = re.compile(
    r"(?<!\w)(?:(?:thresholds?|ceilings?|size[\s-]caps?|\w*schwelle(?:nwerte?s?)?|seuils?|plafonds?)"
    r"(?:\s(?:of|von)\s|\s(?:d[eu]|d')\s?|[^.;|:]{0,90}?\s(?:is|are|lies?\sat|stands?\sat|beträgt|liegt\sbei|est\s(?:fixé\s)?(?:de|à))\s)"
    r"|(?:an?|any|every|ein|jedes|une|toute)\s(?:medium-sized\s(?:enterprise|company|entity|undertaking)|mittleres\sunternehmen"
    r"|moyenne\sentreprise|entreprise\smoyenne)\s(?:has|employs|hat|beschäftigt|a|emploie|compte)\s"
    r"|(?:hat|beschäftigt)\s(?:ein|jedes)\smittleres\sunternehmen\s"
    r"|(?<!the\s)(?:medium-sized\s(?:enterprises|companies|entities|undertakings)|mittlere\sunternehmen|moyennes\sentreprises)"
    r"(?:\s[^.;|:,]{0,60}?)?\s(?:have|employ|haben|beschäftigen|ont|emploient)"
    r"\s(?=fewer|less|at|up|weniger|mindestens|höchstens|bis|moins|au|jusqu)"
    r"|liegt\sder\s\w*schwellenwert\sbei\s"
    r"|(?:applies\s(?:only\s)?to|covers)\s(?:all\s)?(?:enterprises|companies|entities|undertakings)\s(?:with|of|that\shave)\s(?=at)"
    r"|gilt\s(?:nur\s)?für\s(?:unternehmen|einrichtungen)\s(?:mit|ab)\s(?=mind)"
    r"|s'applique\saux\s(?:entreprises|entités)\s(?:de\s|d'|comptant\s|employant\s)(?=au))"
    r"(?:an?\s|einen\s|un\s)?(?:(?:annual\s)?turnover|balance\ssheet(?:\stotal)?|umsatz|chiffre\sd'affaires|bilan)?\s?"
    r"(?:(?:of|von|de)\s)?(?:(?:fewer|less)\sthan|at\s(?:least|most)|up\sto|weniger\sals|mindestens|höchstens|bis\szu|moins\sde"
    r"|au\s(?:moins|plus)|jusqu'à)?\s?\Z",
    re.IGNORECASE,
)

NUMBERS: Mapping[str, int] = {
    word: number
    for number, row in {
        1: "a an one ein eine einen einem einer eines un une",
        2: "two zwei deux",
        3: "three drei trois",
        4: "four vier quatre",
        5: "five fünf cinq",
        6: "six sechs",
        7: "seven sieben sept",
        8: "eight acht huit",
        10: "ten zehn dix",
        12: "twelve zwölf douze",
        14: "fourteen vierzehn quatorze",
        24: "twenty-four vierundzwanzig vingt-quatre",
        36: "thirty-six sechsunddreißig trente-six",
        48: "forty-eight achtundvierzig quarante-huit",
        72: "seventy-two zweiundsiebzig soixante-douze",
        96: "ninety-six sechsundneunzig quatre-vingt-seize",
    }.items()
    for word in row.split()
}
# The words for a unit of time by the unit that the table of stages uses.
UNITS: Mapping[str, str] = {
    "minutes": r"minutes?|minuten?",
    "hours": r"hours?|hrs?|h|stunden?|heures?",
    "days": r"(?:calendar\s)?days?|(?:kalender)?tag(?:e[ns]?|s)?|jours?(?:\scivils)?",
    "weeks": r"weeks?|wochen?|semaines?",
    "months": r"(?:calendar\s)?months?|(?:kalender)?monat(?:e[ns]?|s)?|mois",
}
# Words that make a period one to report in, at most a few words before it.
LEADS = re.compile(
    r"(?<!\w)(?:within|innerhalb|binnen|dans|sous|(?:later\s+than|später\s+als)|at\s+most|spätestens|höchstens|au\s+plus\s+tard"
    r"|deadline|time\s+limit|limit|period|window|frist|zeitraum|délai|due|fällig|(?:ha(?:s|ve)|allow|give|grant|set|leave)s?"
    r"|hat|haben|beträgt|gibt|gewährt|setzt|dispose(?:nt)?|accorde|prévoit|fixe|laisse)(?!\w)[^.,;:|()\d]{0,30}\Z"
    r"|(?<!\w)in\s\Z|[|:(=\u2013]\s{0,2}\Z",
    re.IGNORECASE,
)
DUTY = words(
    r"must|shall|due|requires?|required|obliged?s?|ha(?:s|ve)\s+to|needs?\s+to|deadline|at\s+the\s+latest|in\s+any\s+event"
    r"|later\s+than|expects?|demands?|submit|notify",
    r"muss|müssen|fällig|verlangt|fordert|verpflichte\w*|hat|haben|frist|spätestens|zu\s+\w+|vorzulegen|übermitteln\w*"
    r"|schreibt|erfolgt|erfolgen",
    r"doi(?:t|vent)|exige|impose|requiert|dû|due|tenue?s?|délai|au\s+plus\s+tard|soumet\w*|transmet\w*|présent\w*|échéance",
)
# What must be done within the period, where something must be: to react, to classify or to approve is no report.
MODAL = words(r"must|shall|needs?\s+to|ha(?:s|ve)\s+to", r"muss|müssen", r"doi(?:t|vent)")
REPORTED = words(
    r"submi\w*|notify|notified|reported|report|sen[dt]|deliver\w*|filed?|transmi\w*|made|provided?|given|present\w*|reach"
    r"|follow|arrive|come",
    r"\w*übermittel\w*|\w*übersand\w*|vor(?:zu)?leg\w*|vorgelegt\w*|melden|gemeldet|erfolgen|abgeben|abgegeben|ein(?:zu)?reich\w*"
    r"|eingereicht|erstatte\w*|vorliegen",
    r"soumett\w*|soumis\w*|transm\w*|présent\w*|notifi(?:er|ée?s?)|remis\w*|remett\w*|envoy\w*|adress\w*|faite?|fourni\w*"
    r"|dépos\w*|donn\w*|communiqu\w*",
)
TURNOVER = words(r"turnover", r"\w*umsatz\w*", r"chiffre\s+d'affaires")
STAGES: Mapping[str, re.Pattern[str]] = {
    "early_warning": words(r"early\s+warnings?|frühwarnung\w*|vorwarnung\w*|alertes?\s+précoces?"),
    "notification": words(
        r"incident\s+notifications?|notifications?\s+of\s+(?:the|an?)\s+(?:significant\s+)?incidents?",
        r"(?:sicherheits)?vorfall(?:s)?meldung\w*|meldung(?:en)?\s+(?:über\s+|eines\s+|des\s+|den\s+)+(?:erheblichen\s+)?sicherheitsvorf\w*",
        r"notifications?\s+(?:d'|de\s+l'|de\s+tout\s+)incident\w*",
    ),
    "intermediate": words(r"(?:intermediate|interim|status)\s+(?:status\s+)?(?:report|update)s?", r"zwischenbericht\w*",
                          r"rapports?\s+intermédiaires?"),
    "progress": words(r"progress\s+reports?", r"fortschrittsbericht\w*", r"rapports?\s+d'(?:avancement|étape)"),
    "final": words(r"(?:final|closing)\s+reports?|(?:ab)?schlussbericht\w*|rapports?\s+fina(?:l|ux)"),
}  # fmt: skip
TRUST = words(r"trust", r"vertrauensdien\w*", r"confiance")
# What a period may be said to run from, in the words of the table of stages where it has one.
_ANCHORED = {
    "early-warning": r"early\s+warning|frühwarnung|alerte\s+précoce",
    "awareness": r"aware\w*|knowledge|kenntnis\w*|bekannt\w*|connaissance",
    "notification": r"(?:incident\s+)?notification|(?:vorfalls?)?meldung",
    "occurrence": r"occur\w*|onset|beginning|eintritt\w*|eintreten|auftreten|beginn|survenance|survenue|début",
    "handling": r"handling|resolution|closure|bewältigung|behandlung|behebung|traitement|clôture|résolution",
    "other": r"final\s+report|abschlussbericht|rapport\s+final|request|aufforderung|demande|d[eé]tection|entdeckung",
}
ANCHORS = re.compile(
    r"[\s)]{0,3}(?:at\s+the\s+latest\s+)?(?:after|of|from|following|since|upon|nachdem|nach|ab|seit|après|suivant|à\s+compter"
    r"|à\s+partir|qui\s+suivent|de|du|d')(?!\w)(?<!\w-)[^.;:|()\d]{0,70}?(?<![\w-])(?:"
    + "|".join(f"(?P<{kind.replace('-', '_')}>{pattern})" for kind, pattern in _ANCHORED.items())
    + r")(?!\w)",
    re.IGNORECASE,
)

FINE = words(
    r"fine[sd]?|up\s+to|maximum|at\s+least|ceiling|cap|penalt(?:y|ies)|sanctions?",
    r"geldbuße\w*|bußgeld\w*|bis\s+zu|mindestens|höchst\w*|maximal\w*|sanktion\w*",
    r"amendes?|jusqu'à|au\s+moins|maximum|maxima\w*|plafond\w*|sanctions?",
)
CLASSES: Mapping[str, re.Pattern[str]] = {
    "essential": words("essential", r"wesentliche\w*", r"essentielles?"),
    "important": words("important", r"wichtige\w*", r"importantes?"),
}


class Topic:
    """What a point of Article 21(2) is about: `named` are the words that name it, `near` all that belong to it."""

    def __init__(self, named: str, near: str) -> None:
        self.named = words(named)
        self.near = words(named, near)


TOPICS: Mapping[str, Topic] = {
    "21.2.a": Topic(
        r"risk\s+analysis|risikoanalysen?|analyses?\s+des\s+risques",
        r"risk\w*|polic(?:y|ies)|risik\w*|konzept\w*|risques?|politiques?",
    ),
    "21.2.b": Topic(
        r"incident\s+handling|handling\s+of\s+incidents|bewältigung\s+von\s+sicherheitsvorfällen|gestion\s+des\s+incidents",
        r"incident\w*|respon[ds]\w*|detect\w*|logg?\w*|monitor\w*|\w*vorf[aä]ll\w*|bewältig\w*|erkenn\w*|journal\w*",
    ),
    "21.2.c": Topic(
        r"business\s+continuity|backups?(?:\s+management|-management)?|disaster\s+recovery|crisis\s+management"
        r"|aufrechterhaltung\s+des\s+betriebs|krisenmanagement|continuité\s+des\s+activités|gestion\s+des\s+crises"
        r"|gestion\s+des\s+sauvegardes|sauvegardes",
        r"continu\w*|disaster\w*|recover\w*|cris[ei]\w*|krise\w*|notfall\w*|wiederher\w*|\w*sicherungs?\w*|kontinuität\w*"
        r"|sauvegard\w*|reprise|emergenc\w*|urgence\w*|resilien\w*|restor\w*",
    ),
    "21.2.d": Topic(
        r"supply[\s-]chains?(?:\s+security)?|sicherheit\s+der\s+lieferkette|lieferkettensicherheit|lieferketten?"
        r"|chaînes?\s+d'approvisionnement",
        r"suppl\w*|vendor\w*|third[\s-]part\w*|provider\w*|procur\w*|liefer\w*|anbieter\w*|\w*dienstleister\w*|zuliefer\w*"
        r"|fournisseur\w*|prestataire\w*|sous-traitan\w*|approvision\w*|chain\w*|outsourc\w*|auslager\w*|dritt\w*|tiers",
    ),
    "21.2.e": Topic(
        r"vulnerability\s+(?:handling|disclosure|management)|(?:handling|disclosure)\s+of\s+vulnerabilities"
        r"|schwachstellenmanagement|offenlegung\s+von\s+schwachstellen|(?:traitement|divulgation|gestion)\s+des\s+vulnérabilités",
        r"acqui\w*|develop\w*|mainten\w*|vulnerab\w*|patch\w*|networks?|software|erwerb\w*|entwickl\w*|wartung\w*"
        r"|schwachstell\w*|beschaff\w*|netz\w*|développ\w*|vulnérab\w*|réseaux?|logiciels?|life-?cycle",
    ),
    "21.2.f": Topic(
        r"(?:assess\w*|evaluat\w*)\s+(?:of\s+)?the\s+effectiveness|effectiveness\s+assessments?|bewertung\s+der\s+wirksamkeit"
        r"|wirksamkeitsbewertung\w*|évaluer\s+l'efficacité|évaluation\s+de\s+l'efficacité",
        r"effective\w*|assess\w*|audit\w*|evaluat\w*|wirksam\w*|bewert\w*|efficacité|évalu\w*|tests?|testing|review\w*"
        r"|prüf\w*|überprüf\w*|metric\w*|kpis?",
    ),
    "21.2.g": Topic(
        r"cyber[\s-]?hygiene|cyberhygiene|cyber-?hygiène|cyber\s?security\s+training|cybersicherheitsschulung\w*"
        r"|schulungen\s+im\s+bereich\s+der\s+cybersicherheit|formations?\s+à\s+la\s+cybersécurité",
        r"\w*hygi[eè]ne|train\w*|schulung\w*|aware\w*|formation\w*|passw\w*|mots?\s+de\s+passe|sensibilis\w*|educat\w*|practices?",
    ),
    "21.2.h": Topic(
        r"cryptography|encryption|kryptogra(?:f|ph)ie|verschlüsselung|cryptographie|chiffrement",
        r"\w*crypt\w*|krypto\w*|\w*verschlüssel\w*|chiffr\w*|keys?|schlüssel\w*|clés?|certificat\w*|zertifikat\w*",
    ),
    "21.2.i": Topic(
        r"human\s+resources\s+security|access\s+control(?:\s+policies)?|asset\s+management|sicherheit\s+des\s+personals"
        r"|personalsicherheit|zugriffskontrollen?|management\s+von\s+anlagen|sécurité\s+des\s+ressources\s+humaines"
        r"|contrôle\s+d'accès|gestion\s+des\s+actifs",
        r"human|personn?el\w*|personal\w*|staff|employee\w*|hr|access\w*|assets?|inventor\w*|zugriff\w*|zugang\w*|anlagen"
        r"|mitarbeit\w*|identi\w*|privileg\w*|accès|actifs?|ressources|remote|users?|salariés?",
    ),
    "21.2.j": Topic(
        r"multi-?\s?factor\s+authentication|mfa|multi-?faktor-?authentifizierung|authentification\s+(?:à\s+plusieurs\s+facteurs"
        r"|multi-?facteurs?|à\s+facteurs\s+multiples)|secured?\s+(?:voice|video|text)\s+communications?"
        r"|emergency\s+communication\s+systems?|notfallkommunikation(?:ssysteme?)?|systèmes?\s+de\s+communications?\s+d'urgence",
        r"multi\w*|\w*authenti\w*|voice|video\w*|text\w*|communicat\w*|sprach\w*|\w*kommunikation\w*|log-?ins?|anmeld\w*|vocales?",
    ),
}
