"""What job titles say, as patterns: English, German, French, Spanish, and the common Italian, Portuguese and Dutch ones.

They are matched against a title with case, accents and punctuation laid aside (`Geschäftsführer` is `geschaftsfuhrer`).
"""

from __future__ import annotations

# Somebody who works for the person named after them.
ASSISTS = (
    r"\b(?:assistant|assistante|assistent|assistentin|assistenz|asistente|assistente|secretary|secretaire"
    r"|secretaria|sekretarin|referentin?|pa|ea) (?:to|of|for|der|des|de|du|della|del|da|do|van|to the)\b"
    r"|\b(?:executive|personal|management|vorstands|team|direktions) ?assist\w+"
    r"|\bassistante? (?:directeur|directrice|direction)\b|(?<!\bgeneral )\bsecretar\w+\b(?! general\b(?! manager))"
    r"|\b(?!generalsekretar)\w*sekretar\w*"
)
_TOP = (
    r"(?:c[etfoim]o|ciso|chro|managing director|president\w*|presiden[cz]\w+|chairman|vorstands?|vd|gf|pdg|dg|board(?: of directors)?"
    r"|gescha?e?fts(?:leitung|fu?e?hr\w*)|direct(?:eur|rice) generale?|direction(?: generale)?|director(?:a)? general|diretora? geral)"
)
# Joined by a blank or hyphen alone: `CEO Assistant`, but `CEO, Advisor` is both.
WITH_ANOTHER = (
    r"\b(?:c[etfoim]o|ciso|chro|managing director|president|chairman|vd|gf)(?: |-)"
    r"(?=(?:assistant|assistent(?:in)?|assistenz|secretary|advis[eo]r|coach|referent(?:in)?|driver)\b)"
)
FOR_ANOTHER = (
    r"(?<=\b(?:advis[eo]r|consultant|coach|driver|chief of staff|\w*berater(?:in)?|\w*fahrer(?:in)?|referent(?:in)?|mitarbeiter(?:in)?"
    r"|conseill(?:er|ere)|chargee? de mission|chauffeur|asesora?|assessora?|chofer|motorista|consulente)"
    r" (?:to|for|of|der|des|fur|aupres|au|du|de|del|da|do|di)(?: (?:the|our|group|der|die|den|du|de|le|la|l))* )"
    rf"{_TOP}\b"
)
"""Whom somebody advises, drives or works for is somebody else."""
STUDENT = (
    r"\b(?:students?|\w*studentin|masterstudent|studierender?|undergraduate|etudiante?|estudiante|studente|studentessa|estudante"
    r"|studentische[rs]? (?:hilfskraft|mitarbeiter(?:in)?|aushilfe)|doktorand(?:in)?|doctorante?|schuler(?:in)?|phd candidate"
    r"|doctorand[ao]?)\b(?! (?:affairs|services?|success|advis\w+"
    r"|recruit\w+|life|counsel\w+|experience|housing|engagement))|学生"
)
INTERN = (
    r"\b(?:intern|interns|internship(?! (?:coordinat|manag|program|lead|supervis))|trainee|apprentice|praktikant(?:in)?|praktikum|werkstudent(?:in)?"
    r"|auszubildender?|azubi|volontar(?:in)?|stagiaire|stagiair|apprentie?|alternante?|becari[oa]|practicante"
    r"|pasante|tirocinante|stagista|estagiari[oa]|aprendiz|placement student|co op)\b|インターン"
)
OWNER = (
    r"\b(?:co ?)?(?:founder|owner|proprietor|fondateur|fondatrice|fundadora?|fondatore|grunder(?:in)?"
    r"|\w*inhaber(?:in)?|\w*grunder(?:in)?|chef d entreprise|cheffe d entreprise|eigentumer(?:in)?|eigenaar|eigenaresse"
    r"|oprichter|propietari[oa]|proprietari[oa]|proprietaire"
    r"|duen[oa](?! de casa)|don[oa](?! de casa)|titolare|gerante?|soci[oa]|gesellschafter(?:in)?|associe|associee|self employed"
    r"|entrepreneur|emprendedora?|\w*unternehmer(?:in)?|imprenditor[ei]|empresari[oa]|empreendedora?|selbststandig|autonomo)\b"
    r"|\b(?:managing|founding|senior|equity|general) partner\b|^partner(?:in)?$|^partner (?:at|and|bei|in|chez)\b"
)
NOT_OWNER = (
    r"\b(?:product|process|data|system|platform|service|application|project|risk|control|solution|value stream"
    r"|scrum product) owner\b"
)
VICE_PRESIDENT = (
    r"\b(?:s|e|a|f|g|r|sr |senior |exec )?v ?p\b|\bvice president\w*|\bvicepresident\w*|\bvicepresiden\w*"
    r"|\bvice presiden\w*|本部長"
)
C_LEVEL = (
    r"\bc(?:e|f|o|t|i|m|r|p|s|d|l|c|a|x|n)o\b|\bchro\b|\bciso\b|\bcino\b|\bchief (?:\w+ ){1,4}officer\b"
    r"|\bchief executive\b|\b(?:managing director|president|presidente|presidenta|chairman|chairwoman|chairperson"
    r"|chair of|board member|board of directors|member of the board)\b|\bgescha?e?ftsleit\w*"
    r"|\bnon executive director\b|\bgeneral counsel\b|\b\w*gescha?e?ftsfu?e?hr(?:er|erin|end\w*|ung)\b|\bgf\b"
    r"|\bvorstand(?:s|es|in)?\b|\bvorstands(?:vors|mitgl|sprech|chef)\w*|\b\w+vorstand(?:in)?\b|\bdirect(?:eur|rice) generale?\b"
    r"|\bdirectora? (?:general|ejecutiv[oa]|gerente)\b"
    r"|\bdirettore generale\b|\bdirettrice generale\b|\bdiretora? geral\b|\bgerente general\b|\bgerente geral\b"
    r"|\balgemeen directeur\b|\bsecretaire generale?\b|\bsecretary general\b|\bgeneral secretary\b|\bsecretari[oa] general\b"
    r"|\bgeneralsekretar(?:in)?\b|\bdirect(?:eur|rice) executi(?:f|ve)\b"
    r"|\bdirectoire\b|\bverkstallande direktor\b|\badm(?:inistrerende)? (?:dir|direkt[oø]r)\b|\bdyrektor generalny\b|\bdga\b|\bpdg\b|\bdg\b"
    r"|\bconsejer[oa] delegad[oa]\b|\bamministrat(?:ore|rice) (?:delegat[oa]"
    r"|unic[oa])\b|\badministrador(?:a)? (?:unic[oa]|delegad[oa])\b|\bpresident directeur\b|\bbestuurder\b"
    r"|\bbestuursvoorzitter\b|\baufsichtsrat\w*|\bmd\b|\bvd\b|\bdiretora? executiv[oa]\b|取締役|社長(?!秘書|室|付)|会長(?!秘書|室|付)"
    r"|最高.{1,4}責任者"
)
DIRECTOR = (
    r"\b(?:sub)?direct(?:or|ora|eur|rice)\b|\bdirectors\b|\bdyrektor\b|\b\w*direktor(?:in)?\b|\bdirett(?:ore|rice)\b|\bdiretora?\b"
    r"|\bdir\b|\bprokurist(?:in)?\b|\bdsi\b|\bdrh\b|\bdaf\b|\bdircom\b|\bdirecteur\w*"
)
NOT_DIRECTOR = r"\b(?:art|funeral|music|film|casting) director\b|\bdirectora? de arte\b|\bdirect(?:eur|rice) (?:artistique|de casting)\b"
HEAD = (
    r"\bhead\b|\b\w*leiter(?:in)?\b|\b\w*leitung\b|\bchefarzt\w*|\bleitende[rs]? (?:angestellte\w*|direktor\w*)\b|\bhoofd\b"
    r"|\bchef de service\b|\bchief\b|\bdean\b|\bdekan(?:in)?\b|\bjef[ea] de (?:departamento|area|division)\b"
    r"|\bcapo (?:dipartimento|reparto)\b|\bchef du departement\b|(?<!本)部長"
)
MANAGER = (
    r"\b\w*manager(?:in)?\b|\bmgr\b|\bmanageress\b|\b\w{3,}chef(?:in)?\b|\b(?:it|hr|pr) chef(?:in)?\b|\bsupervisor\w*|\bteam ?lead(?:er)?\b"
    r"|\b(?:team|projekt|gruppen"
    r"|filial|schicht|markt|bau|regional|gebiets)leit(?:er|erin|ung)\b|\brespons(?:able|abile|avel)\b|\bchef (?:de"
    r"|d|des|du|comptable|magasinier|mecanicien|cuisinier)\b|\bcheffe (?:de|d|des|du|comptable)\b|\brssi\b"
    r"|\bcontremaitre\b|\bsuperviseu(?:r|se)\b|\bconduct(?:eur|rice) de travaux\b|\bgerente\b|\bjef[ea]\b|\bteamleider\b|\bforeman\b"
    r"|\b\w*meister(?:in)?\b|\bcapo\b|\bencargad[oa]\b|\bsubgerente\b"
    r"|\bsuperintendent\b|\bcoordination manager\b|\bscrum master\b|\bmanajer\b|\bmenedzher\b|\bgestor(?:a)?\b"
    r"|\bdirigente\b|\bpolier\b|\bleader d equipe\b|課長"
)
SENIOR = (
    r"\b(?:senior|sr|snr|principal|leitende[rs]?|seniora|oberarzt|oberarztin)\b|\blead\b(?! gen)|\bstaff (?:software "
    r"|data )?(?:engineer|scientist)\b|係長|主任"
)
STAFF = (
    r"\b(?:\w*engineer|\w*developer|analyst|specialist|consultant|advisor|adviser|officer|executive|representative"
    r"|rep|agent|associate|coordinator|administrator|assistant|technician|technologist|clerk|expert|planner"
    r"|strategist|editor|writer|journalist|trainer|coach|operator|inspector|architect|programmer|mechanic"
    r"|electrician|freelancer?|contractor|\w*mitarbeiter(?:in)?|\w*berater(?:in)?|\w*referent(?:in)?"
    r"|\w*spezialist(?:in)?|sachbearbeiter(?:in)?|angestellter?|\w*fachkraft|\w*techniker(?:in)?|\w*beauftragte[rn]?|\w*entwickler(?:in)?"
    r"|charge|chargee|attachee?|conseiller|conseillere|gestionnaire|analyste|coordinateur|coordinatrice|coordonnat(?:eur|rice)"
    r"|preparat(?:eur|rice)|animateur|animatrice|operateur|operatrice|caissier|caissiere"
    r"|technicien(?:ne)?|junior|employee?|employe|consultor(?:a)?|asesor(?:a)?"
    r""
    r"|especialista|analista|tecnic[oa]|coordinador(?:a)?|coordenador(?:a)?|impiegat[oa]|consulente|addett[oa]"
    r"|medewerker|adviseur|emplead[oa]|auxiliar|operari[oa]|owner|scientist|nurse|doctor|worker|member|staff|dev"
    r"|admin|ingenieur(?:in)?|verkaufer(?:in)?|vendeur|vendeuse|vendedor(?:a)?|fachangestellter?"
    r"|fachinformatiker(?:in)?|traduct(?:eur|rice|or|ora)|translator|\w*ubersetzer(?:in)?|\w*kaufmann|\w*kauffrau|director"
    r"|ejecutiv[oa] de)\b|担当"
)

# The department named first wins; of two that begin at one place, the one listed first.
SPECIAL_DEPARTMENTS: tuple[tuple[str, str], ...] = (
    (
        "education",
        r"\bassistant (?:professor|teacher|principal)"
        r"|\bstudent services",
    ),
    (
        "design",
        r"\bdirect(?:eur|rice) artistique|\barchitecte d interieur",
    ),
    (
        "engineering",
        r"\bbureau d etudes|\bingenieure? (?:d )?etudes|\bingenieure? systemes embarques"
        r"|\bingenieure? (?:en )?(?:mecanique|structures?|methodes?|calculs?)"
        r"|\bdesign engineer\w*"
        r"|\bmechanical design\w*",
    ),
    (
        "research",
        r"\bingenieure? (?:de |en )?(?:recherche|laboratoire|r and d)|\brecherche et developpement|\betudes cliniques|\brecherche clinique",
    ),
    (
        "legal",
        r"\bassistante? juridique"
        r"|\bdata protection|\bdatenschutz\w*|\bprotection des donnees|\bproteccion de datos",
    ),
    (
        "medical",
        r"\bassistante? (?:dentaire|medicale?|maternelle?)",
    ),
    (
        "administration",
        r"\bassistante? de gestion|\bsecretaire (?:medicale?|juridique|general[e]? adjointe?)",
    ),
    (
        "sales",
        r"\bingenieure? (?:commerciale?|technico commerciale?|d affaires)|\btechnico commerc\w*"
        r"|\bassistante? (?:commerciale?|des? ventes?|export|adv)\b|\bdeveloppement (?:commercial\w*|des ventes|des affaires)"
        r"|\bcharge[e]? d affaires?|\badv\b|\badministration des ventes|\bgrands? comptes?"
        r"|\b(?:responsable|directeur|directrice|charge[e]?) (?:de |des )?comptes?\b\b"
        r"|\bavant vente|\bsales (?:engineer|operations|enablement)|\bpre ?sales\b"
        r"|\bbusiness develop\w*"
        r"|\bdesarrollo (?:de )?(?:negocios?|comercial|empresarial)",
    ),
    (
        "marketing",
        r"\b(?:chargee?|responsable|chef) (?:des |de |d )?(?:relations? (?:publiques?|presse)|etudes? (?:en |de )?marketing)"
        r"|\bproduct marketing|\bdigital marketing|\bmarketing (?:operations|automation)"
        r"|\breseaux sociaux",
    ),
    (
        "operations",
        r"\b(?:quality|process|production|manufacturing|industrial|maintenance|plant) engineer\w*"
        r"|\bassurance qualite|\bauditeur qualite|\bauditrice qualite|\bassainissement"
        r"|\bingenieure? (?:de |en |d )?(?:la |s )?(?:travaux|supply chain|planning|ordonnancement"
        r"|lean|process|production|maintenance|qualite|exploitation|logistique)"
        r"|\bsupplier quality|\bhealth and safety|\bingenier[oa] (?:de |en )?(?:procesos|calidad|produccion|planta|mantenimiento)"
        r"|\bprozess\w*|\bingenieure? (?:de |des )?procedes?|\bsalud ocupacional|\bqualitats?ingenieur\w*",
    ),
    (
        "it",
        r"\b(?:devops|network|security|systems?|cloud|infrastructure|data|reliability|it) (?:engineer\w*|admin\w*)"
        r"|\bit support|\bdigital transformation|\badministra(?:teur|dora?) (?:de )?(?:reseaux?|systemes?|redes|sistemas)"
        r"|\badminist\w+ (?:de |des )?(?:erp|bases? de donnees|donnees|reseaux?|systemes?)"
        r"|\barchitectes? (?:des? |d )?(?:bases? de donnees|systemes?|reseaux?|si|cloud|donnees)"
        r"|\btechnicien(?:ne)? (?:de )?(?:maintenance|support) (?:en )?informatique|\bchefs? de projet web"
        r"|\bingenieure? (?:telecoms?|systemes?|reseaux?|cloud|cybersecurite)"
        r"|\bdirect(?:eur|rice) des? systemes?|\bsecurite (?:informatique|des systemes)"
        r"|\bbusiness intelligence|\bingenier[oa] (?:de |en )?(?:sistemas|redes|datos|infraestructura)|\bsystemingenieur\w*"
        r"|\betudes informatiques|\btransformacion digital|\bsystems? manager",
    ),
    (
        "service",
        r"\bingenieure? support|\bsupport engineer|\btechnical support|\bafter ?sales|\bkunden(?:service|dienst|betreu\w*|support)"
        r"|\bexperience clients?|\bexperiencia (?:de|del) cliente|\bleit\w* service\b|\bfield service|\bcustomer experience"
        r"|\btechnical services?|\bcontact cent\w*|\bcall ?cent\w*|\bservicio tecnico",
    ),
    (
        "finance",
        r"\baccounts? (?:payable|receivable)|\bcuentas (?:por|a) (?:pagar|cobrar)|\bkaufmannisch\w*|\bkfm\b|\badministratif et financier"
        r"|\badministrative et financiere|\bcontrol(?:e|eur|leur|euse|leuse) (?:de gestion|financi\w*|interne)|\bgestion de patrimoine"
        r"|\bgestionnaires? de (?:patrimoine|portefeuilles?|creances?)|\bfusions? acquisitions?",
    ),
    (
        "hr",
        r"\bassistante? (?:en |de |des |d )?(?:rh|ressources humaines|recrutement|paie)\b|\badministration du personnel"
        r"|\b(?:recherche|charge[e]?|responsable) (?:en |du |de )?recrutement"
        r"|\b(?:direktor|praktikant|referent)(?:in)? personal\b"
        r"|\bpersonal(?:leit\w*|referent\w*|wesen|abteilung|entwickl\w*|chef\w*|sachbearbeit\w*|disponent\w*|direkt\w*|vorstand\w*|verwalt\w*)"
        r"|\b(?:jef[ea]|directora?|responsable|gerente|encargad[oa]|tecnic[oa]|analista) de personal|\brelaciones laborales"
        r"|\bcapital humano"
        r"|\bgestion humana|\btalento\b|\bleit\w* personal\b|\bhr business partner"
        r"|\btalent\b"
        r"|\bdesarrollo (?:organizacional|humano|de personas)"
        r"|\bpersonal (?:berat|manag|leit|chef|verantwort|fach|kauf|beauftragt|dienst)\w*"
        r"|\bemployer brand\w*|\bpersonalfach\w*",
    ),
    (
        "product",
        r"\bdeveloppement (?:de )?produits?|\bdesarrollo de productos?|\bproduktentwickl\w*|\bproduct development",
    ),
    (
        "unknown",
        r"\bcorporate development",
    ),
    (
        "management",
        r"\bconseil d administration|\bconsejo de administracion",
    ),
)
DEPARTMENTS: tuple[tuple[str, str], ...] = (
    (
        "service",
        r"\bcustomers? (?:service|support|success|care|experience|relations|operations)|\bcustomer\b"
        r"|\bcustomer officer|\bsupport\b|\bhelp ?desk|\bservice desk|\bklantenservice|\bservizio clienti"
        r"|\batencion al cliente|\bclients? services?|\brelations? clients?|\bservices? clients?"
        r"|\bsav\b|\bapres vente|\bclientele|\bsatisfaction client|\bteleconseill\w*|\bkunden(?:berat\w*|center)"
        r"|\bservice(?:leit\w*|technik\w*|mitarbeit\w*|monteur\w*|berat\w*)|\breklamation\w*"
        r"|\bservicio (?:al|de|a) (?:cliente|postventa)|\bservicio tecnico|\bpost ?venta|\bsoporte\b|\bmesa de ayuda"
        r"|\bclientes\b|\bhot line|\bteleoperat\w*|\bhotline\w*|\bdepannage"
        r"|\b\w*kunden\w*|\bcliente\b|\bteleoperador\w*|\bwarranty|\brepair"
        r"|\bclients? success|\bpos ?venta|\breclamations?\b",
    ),
    (
        "marketing",
        r"\b\w*marketing\w*|\bbrand\w*|\bcommunications?\b|\bkommunikation\w*|\bcomunicac\w*|\bcomunicazione"
        r"|\bcontent\b|\bseo\b|\bsem\b|\bsocial media|\bpr\b|\bpublic relations|\b(?:demand|lead) gen\w*|\bgrowth"
        r"|\bcommunity|\bmedia\b|\bmercadeo|\bpresse\w*|\bcmo\b|\bevents?\b|\bcampaign|\badvertising|\bwerbung"
        r"|\bcopywriter|\boffentlichkeitsarbeit|\bmercadotecnia|\bredes sociales|\brelaciones publicas|\bprensa\b"
        r"|\bcontenidos?\b|\bmarca\b|\bpublicit\w*|\bcommunautes?\b|\bevenementiel\w*|\breferencement|\bredact\w*"
        r"|\brelations? publiques?|\be ?crm\b"
        r"|\be ?commerce\b|\bcrm\b"
        r"|\bcom\b|\bweb ?market\w*|\btraffic manager|\btrafic manager"
        r"|\b\w*redakt\w*|\b\w*kommunikation\w*|\bevent\w*|\bmesse\w*|\bmarque\b|\bmedien(?!gestalt)\w*"
        r"|\bmarktforsch\w*|\bdigital$|\bonline\w*"
        r"|\bpublicidad",
    ),
    (
        "sales",
        r"\b\w*sales\b|\bvertrieb\w*|\b\w*verkauf\w*|\bverkoop\w*|\bventas\b|\bventes\b|\bvendite|\bvendas"
        r"|\bvend(?:eur|euse|itore|edor)\w*|\bcommerc(?:ial|iale|iales|iaux)\b|\bcommerciale\b|\bcomercia(?:l|is)\b"
        r"|\b(?:key )?account (?:manager\w*|executive|director|rep\w*|management)|\bkey account\w*|\bsdr\b|\bbdr\b"
        r"|\b(?:aussen|innen)dienst\w*|\brevenue|\bcro\b|\bnew business|\bbiz ?dev|\bexport\b|\bpartnerships?"
        r"|\bchannel|\bcommerciaal|\bvente\b|\bboutiques?\b|\bmagasins?\b|\bcuentas\b|\bakquis\w*|\bauftragsabwick\w*"
        r"|\btelevente\w*|\bvrp\b|\btelevend\w*"
        r"|\b(?:neu|gross)kunden\w*|\bterritory|\barea manager|\bretail|\bstore\b|\bexport\w*|\bimport\w*|\bexportacion\w*"
        r"|\bcomercio exterior"
        r"|\bventa\b|\btienda\b|\bnegocios?\b|\bcommerce\b|\bnegociat\w*|\bhandel\w*"
        r"|\bchefs? de secteur|\bzona\b|\bdependient[ae]\b|\btender\w*|\bbids?\b|\bproposals?\b|\bfranchise\w*|\bappels? d offres"
        r"|\bpartner (?:manag|sales|success)\w*|\bcanal(?:es)?\b|\bexpansion\b|\brayon\b|\b\w*handels\w*",
    ),
    (
        "hr",
        r"\bhr\b|\bhuman resources?|\bhumanresources|\bpeople\b|\brecruit\w*|\brecrut\w*|\bseleccion\b|\brrhh\b|\brh\b"
        r"|\bressources humaines|\brecursos humanos|\brisorse umane|\bdrh\b|\bchro\b|\blearning|\bcompensation"
        r"|\bpayroll|\blohn\w*|\bgehalts\w*|\bausbild(?:er|ungs)\w*|\bnominas?\b|\bcapacitacion|\bhrbp\b|\bpersonnel"
        r"|\bpersoneel\w*|\bpersonalchef\w*|\bstaffing"
        r"|\bpaie\b|\bformation\b|\bremunerations?\b|\bgpec\b|\bcompetences\b|\brelations sociales|\bmobilite\b|\bcarrieres\b"
        r"|\breclut\w*|\bformacion\b|\bweiterbildung\w*|\bworkforce|\bbenefits\b|\bdiversity|\bculture\b|\bemployee\b|\bpersonal$"
        r"|\btraining\b|\bpersonas\b|\bcompensaciones|\bbeneficios|\bbienestar"
        r"|\brewards\b",
    ),
    (
        "finance",
        r"\bfinan[cz]\w*|\bcfo\b|\baccount(?:ant|ants|ing|s)\b|\bcontroll(?:er|ing|erin)\b|\btreasur\w*|\btax\b"
        r"|\baudit\w*|\bbookkeep\w*|\b\w*buchhalt\w*|\bcomptab\w*|\bcontable\w*|\bcontabil\w*|\bcontador\w*"
        r"|\bragionier\w*|\bboekhoud\w*|\bdaf\b|\bsteuer\w*|\bbilling|\binvest(?!ig)\w*|\bbank\w*|\bactuar\w*|\bcredit\b"
        r"|\btresor\w*|\bfiscal\w*"
        r"|\brecouvrement|\bcaiss\w*|\bbudget\w*|\bcouts\b|\bbancaires?\b|\bfacturation|\bcreances|\bconsolidation|\bactuaires?\b"
        r"|\btesorer\w*|\bcobranzas?\b|\bcobros\b|\bcost[oe]s\b|\btributari\w*|\bimpuestos\b|\bpresupuest\w*|\bfacturacion|\bcreditos\b"
        r"|\brechnungswesen|\bbilanz\w*|\bkreditor\w*|\bdebitor\w*|\bversicherung\w*|\bvermogens\w*|\bgestion financiere|\bassurances?\b"
        r"|\bwirtschaftspruf\w*|\bcontralor\w*|\bfp and a\b|\brisk\b|\briesgos?\b|\bseguros?\b|\bcollections\b|\bcajer\w*|\brechnung\w*"
        r"|\bcontrol de gestion|\bpagos?\b|\bclaims\b|\bunderwrit\w*|\bloans?\b|\bportfolio|\bwealth\b|\bpaiements?\b|\bschaden\w*",
    ),
    (
        "purchasing",
        r"\bprocure\w*|\bpurchas\w*|\bbuyers?\b|\bsourcing|\b\w*einkauf\w*|\bachats?\b|\bacheteu\w*|\bcompras\b"
        r"|\bcomprador\w*|\bacquisti\b|\binkoop\w*|\binkop\w*|\binkoper|\bbeschaffung\w*|\bapprovvigionament\w*"
        r"|\bapprovisionn\w*|\bappros?\b|\bmaterialwirtschaft|\babastecimiento|\baprovisionamiento|\badquisicion\w*|\bproveedores"
        r"|\bvendor\b|\bsupplier\w*|\bcategory manager|\bmaterials\b|\bcompra\b|\blieferant\w*"
        r"|\bcategory management|\bsuministros\b"
        r"|\bcommodity",
    ),
    (
        "legal",
        r"\blegal\b|\bcounsel\b|\blawyer|\battorney|\bparalegal|\bjuris\w*|\brecht\w*|\bavocat\w*|\babogad\w*"
        r"|\bavvocat\w*|\badvogad\w*|\badvocaat|\bcompliance|\bprivacy|\bjuridi\w*|\bclo\b|\bcontracts?\b"
        r"|\bsolicitor|\b\w*anwalt\w*|\bjustiziar\w*|\bsyndikus\w*|\bcumplimiento|\bletrad[oa]\b|\bcontratos\b"
        r"|\bnota(?:r|ry|ire|io)\b|\bdatenschutz\w*|\bdpo\b"
        r"|\bconformite|\bcontentieux|\bdroit\b|\bpropriete intellectuelle|\breglementaire|\blegislati\w*|\bjuridique"
        r"|\bvertrags\w*|\bpatent\w*|\blegal(?:es)?\b|\bregulatory|\basuntos legales|\brechts\w*"
        r"|\bnotar\w*|\bgdpr\b|\bethics\b|\blitigation"
        r"|\bintellectual property",
    ),
    (
        "it",
        r"\bit\b|\bchief (?:information|data|digital|security) officer|\btecnologias?\b|\binfraestructura|\bredes\b"
        r"|\bciberseguridad|\bdatos\b"
        r"|\bdigitalisierung\w*|\bnetzwerk\w*|\bdatenbank\w*|\banwendungsbetreu\w*|\binformationssicherheit\w*"
        r"|\binformation (?:technology|systems?|security)|\binformati(?:que|k\w*|c[oa])\b|\bedv\b|\bsistemas\b"
        r"|\bsistemi\b|\bsystemes? d information|\bti\b|\bsysadmin|\bsystem\w*admin\w*|\bdevops|\bnetwork|\bdata\b"
        r"|\bcyber\w*|\bsecurity\b|\bcloud|\binfrastructure|\bcto\b|\bcio\b|\bciso\b|\bcdo\b|\bdsi\b|\bdu si\b"
        r"|情報システム|\bdatabase|\bdba\b|\btechnology\b|\bfachinformatik\w*|\bict\b"
        r"|\breseaux?\b|\btelecoms?\b|\brssi\b|\bdonnees\b|\bmicro informatique|\bwebmest\w*|\berp\b|\bsap\b|\boracle\b|\bbi\b"
        r"|\bapplications? metiers?|\b(?:technicien(?:ne)?|support) micro\b|\bwebmaster|\bintegrat(?:eur|rice) web"
        r"|\bnumerique$|\btransformation numerique"
        r"|\bsystemes?$|\bsi$"
        r"|\binformationstechn\w*|\binformationssystem\w*|\bapplications?\b"
        r"|\bsystem(?:e|technik\w*|elektronik\w*|integrat\w*|berat\w*)\b|\bserver\w*|\bcomput\w*|\bdaten\w*|\bbases? de datos"
        r"|\bdesktop|\btelecom\w*",
    ),
    (
        "product",
        r"\bproducts?\b|\bprodukt(?:manag\w*|leit\w*|entwickl\w*)|\bproduct ?owner|\bproduits?\b|\bproducto\b"
        r"|\bprodotto\b|\bproduto\b",
    ),
    (
        "research",
        r"\bresearch\w*|\br and d\b|\bi and d\b|\blabor(?:leit|ant|techn|ingen)\w*|\blabor\b|\bchemik\w*|\brnd\b|\br d\b"
        r"|\bf and e\b|\bforschung\w*|\brecherche\b|\binvestiga\w*"
        r"|\bscientist|\bclinical|\blaborator\w*|\blab\b|\bwissenschaft\w*|\binnova(?:tion|cion)\w*|\bricerca\b|\bchercheu\w*"
        r"|\blaborantin\w*|\blaboratoires?\b|\bdonnees cliniques"
        r"|\b\w*laborant\w*|\bphysik\w*|\bbiolog\w*",
    ),
    (
        "operations",
        r"\boperation\w*|\boperaciones|\bopera[cz]\w+|\blogisti\w*|\bsupply chain|\bproducti?on\b|\bproduktion\w*"
        r"|\bproducci\w*|\bproduzione|\bplant\b|\bmanufactur\w*|\bwerk(?:s)?leit\w*|\bwarehouse|\blager\w*|\balmacen\w*"
        r"|\bdisponent\w*|\btaller\b"
        r"|\bmagazzin\w*|\bquality|\bqualitat\w*|\bqualite|\bcalidad|\bqualita\b|\bfacilit\w*|\bcoo\b|\bmaintenance"
        r"|\binstandhaltung|\bdriver|\bfleet|\btransport\w*|\bbetriebsleit\w*|\bmantenimiento|\bplanta\b|\bdistribucion"
        r"|\bflota\b|\bbodega\b|\bfabrica\b|\bcadena de suministro|\bmontaje\b"
        r"|\bprocesos\b|\bobras?\b|\bconductora?\b|\bfertigung\w*|\bmontage\w*|\bfuhrpark\w*|\bversand\w*|\bspedition\w*|\bwerkstatt\w*"
        r"|\barbeitsvorbereit\w*|\bhausmeister\w*|\bhaustechnik\w*|\bmechatronik\w*|\bprocess\b|\blean\b|\behs\b"
        r"|\bshipping|\bdispatch\w*|\bconstruction|\bbauleit\w*|\bfahrer"
        r"|\busines?\b|\bateliers?\b|\bchantiers?\b|\btravaux\b|\bresponsable de site|\bdirect(?:eur|rice) de site|\bexploitation\b"
        r"|\bmagasini\w*|\bstocks?\b|\bentrepots?\b|\bordonnanc\w*|\bamelioration continue|\bdirect(?:eur|rice) industriel(?:le)?\b"
        r"|\bmachines?\b|\bpreparat(?:eur|rice) de commandes|\buap\b|\bplanning\b"
        r"|\bchef de (?:ligne|quai)|\bagent de quai|\bconditionnement|\bflotte\b|\bparc auto\w*|\bdistribution\b|\bregleu(?:r|se)"
        r"|\baffret\w*|\bplanification|\bq?hse\b|\bqse\b|\bhygiene securite"
        r"|\b(?:animat(?:eur|rice)|charge[e]?|responsable|coordinat(?:eur|rice)) (?:de (?:la )?)?securite$|\bfabrication\b"
        r"|\b(?:services|moyens) generaux|\bcontremaitre|\bchef d equipe|\bdouanes?\b|\bdeclarante? en|\bcommande numerique|\businage"
        r"|\bconduct(?:eur|rice) (?:de ligne|de machines?|d engins)|\bcariste|\broutier|\blivreu(?:r|se)|\bmanutention\w*|\bchauffeur"
        r"|\bmonteu(?:r|se)\b"
        r"|\b\w*logisti\w*|\b\w*fahrer(?:in)?\b|\bmaschinen(?!bau)\w*|\binventory|\bshift\b|\bscheduler|\bcustoms\b|\bzoll\w*"
        r"|\bwareneingang\w*|\bdisposition\w*"
        r"|\barbeitssicherheit\w*|\bumwelt\w*|\bsustainab\w*|\besg\b|\bseguridad\b|\bmedio ambiente|\bindustrie(?:l|lle)s?\b"
        r"|\benvironnement|\bsecurite$|\bmozo\b"
        r"|\bturno\b|\btrafico\b|\bmaquinas?\b|\bindustrial$|\b\w*mechaniker\w*|\bschlosser\w*|\belektriker\w*|\banlagen\w*"
        r"|\bverpackung\w*|\bgebaude\w*"
        r"|\bsicherheits\w*|\bassembly|\btooling|\bwelding|\bsite (?:manager|director)|\bexpeditions?\b|\bcargas?\b|\breparto\b"
        r"|\bpackaging|\border processing|\bcarretiller\w*|\bentretien\b|\bwerkzeug\w*",
    ),
    (
        "design",
        r"\bdesign\w*|\bux\b|\bui\b|\bcreative|\bdisen\w*|\bgrafik\w*|\bgraphi\w*|\bart director|\b(?:medien)?gestalt\w*"
        r"|\bwebdesign\w*|\bdecorat\w*|\bdirect(?:eur|rice) de (?:la )?creation|\bmaquettiste|\bstylist\w*|\binfograph\w*|\bmodeliste"
        r"|\b\w*designer\w*",
    ),
    (
        "engineering",
        r"\b\w*engineer\w*|\b\w*ingenieur\w*|\bingenier\w*|\bengenheir\w*|\bingegner\w*|\bdevelop\w*"
        r"|\b\w*entwickl\w*|\bdeveloppeu\w*|\bdeveloppement|\bdesarroll\w*|\bdesenvolv\w*|\bsviluppat\w*"
        r"|\bontwikkel\w*|\bprogramador\w*|\bproyectista|\bmecanic[oa]\b|\belektrotechnik\w*|\bmaschinenbau\w*|\bversuch\w*"
        r"|\bprogramm(?:er|ierer|ateur|atore|eur|euse)\w*|\bsoftware|\barchitect\w*|\b\w*konstrukt\w*"
        r"|\btechnical\b|\btechnisch\w*|\btechnique\b|\btecnic[oa]$|\bfull ?stack|\bfront ?end|\bback ?end|\bqa\b"
        r"|\bdev\b|\bdirector tecnico|\bdirettore tecnico"
        r"|\bmecanique|\bmethodes\b|\bindustrialisation|\bdessinat\w*|\bprojeteu\w*|\bgenie (?:civil|mecanique|electrique|industriel)"
        r"|\bautomatici\w*|\belectrotechni\w*|\belectronique|\blogiciels?\b"
        r"|\belektronik\w*|\bhardware\w*|\btechnik\b|\bmecanicien\w*|\bprufingenieur\w*"
        r"|\bdelineante",
    ),
    (
        "medical",
        r"\bmedical|\bnurs\w*|\bphysician|\bdoctor\b|\b\w*arzt\b|\barzt\w*|\bkranken\w*|\bhebamme\w*|\bfarmac\w*"
        r"|\bfisioterap\w*|\b\w*arztin|\bhealth\w*|\bpharm\w*|\bapotheker\w*"
        r"|\bdentist\w*|\bzahnarzt\w*|\bpatient|\bmedecin|\bmedic[oa]\b|\b(?:kranken|alten)?pfleg\w*|\bsurgeon|\btherap\w*"
        r"|\binfirmier\w*|\benfermer\w*|\bveterinar\w*"
        r"|\bsoignante?\w*|\bsage femme|\b\w*therapeute\w*|\bdentaire|\bkinesi\w*|\borthophon\w*|\bambulanci\w*"
        r"|\bklinik\w*|\b\w*pfleg\w*|\bapothek\w*|\bclinica\b"
        r"|\b\w*therapeut\w*"
        r"|\bhopital|\bhospital",
    ),
    (
        "education",
        r"\bteacher|\bprofess\w*|\bprofesor\w*|\bprof\b|\b\w*lehrer\w*|\bdozent\w*|\blecturer|\bschool"
        r"|\beducation\w*|\bfaculty|\binstructor|\benseignant\w*|\bdocente|\bdocent|\bdean\b|\btutor|\binsegnante"
        r"|\bmaestr[oa]\b|\bschul\w*|\bprofesseur"
        r"|\bformat(?:eur|rice)\b|\binstitut(?:eur|rice)\b|\bpedagog\w*"
        r"|\becole\b|\bscolaire|\badmissions\b|\bescuela\b|\bescolar\b"
        r"|\b\w*professor\w*|\bmaitre de conferences|\bcurriculum"
        r"|\bcolegio",
    ),
    (
        "administration",
        r"\badminist\w*|\bassistant\w*|\bassistent\w*|\basistente|\bassistenz|\breception+ist\w*|\breception\b"
        r"|\boffice\b|\bempfang\w*|\brecepcionist\w*|\bburo(?:kauf|leit|assist)\w*|\bverwaltung\w*|\bclerk|\bsecretar\w*"
        r"|\bsekretar\w*|\bsecretaire\w*|\bback ?office"
        r"|\bhotesse d accueil|\bstandardiste|\bsaisie\b|\bagent d accueil",
    ),
)

MANAGEMENT = (
    r"\bgeneral manager|\bexecutive director|\bgescha?e?fts(?:leitung|fu?e?hr\w*)|\bmanagement board|\bstrateg\w*"
    r"|\bdirection generale|\bdirect(?:eur|rice) (?:de |d )?(?:filiale|pays)\b|\bcentro directivo|\bchief of staff"
    r"|\bcountry (?:manager|director)|\badministrador(?:a)? (?:unic[oa]|delegad[oa])"
)
WEAK = r"(?<!servicio |soporte )\b(?:techni(?:sch\w*|cal|que|ques)\b(?! (?:services?|support|account))|tecnic[oa]$)"
"""Words of engineering that say how somebody works in any department: another department named in the title wins."""
COMPOUND = (
    r"(?<=\p{L}{3})s?(leit(?:er|erin|ung)|manager(?:in)?|meister(?:in)?|berater(?:in)?|ingenieur(?:in)?|techniker(?:in)?|fachkraft|kaufmann"
    r"|kauffrau|assistent(?:in)?|assistenz|mitarbeiter(?:in)?|sachbearbeiter(?:in)?|direktor(?:in)?|vorstand|referent(?:in)?|chef(?:in)?"
    r"|planer(?:in)?|spezialist(?:in)?|beauftragter?|verantwortliche[rn]?|koordinator(?:in)?)\b"
)
"""German words that end a compound: what stands before them names the department."""
ASSISTS_A_FUNCTION = r"\b(?:asistente|assistante?|assistente) (?:de|des|du|d|en|di) (?!direc|geren|presid|gestion|adminis|(?:la|le) direc)"
"""The assistant of a department, not of a person."""
