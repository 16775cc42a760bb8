"""A small world of accounts with every difficulty in it, for the tables of near misses."""

from bridge.stages.reconcile import AccountEntry

ACCOUNTS = (
    AccountEntry("acme", "ACME Corporation", "https://acme.io", country="US", city="Boston"),
    AccountEntry("unsw", "University of New South Wales", "https://www.unsw.edu.au", country="AU", city="Sydney"),
    AccountEntry("usw", "University of South Wales", "https://www.southwales.ac.uk", country="GB", city="Pontypridd"),
    AccountEntry("munich", "Technische Universität München", "https://www.tum.de", country="DE", city="Munich"),
    AccountEntry("lmu", "Ludwig Maximilian University of Munich", "https://www.lmu.de", country="DE", city="Munich"),
    AccountEntry("wenzhou", "Wenzhou Medical University", "http://en.wmu.edu.cn/", country="CN", city="Wenzhou"),
    AccountEntry("wuhan", "Wuhan University", "https://www.whu.edu.cn", country="CN", city="Wuhan"),
    AccountEntry("volgograd", "Volgograd State University", "", country="RU", city="Volgograd"),
    AccountEntry("samsung-us", "Samsung (United States)", "https://www.samsung.com/us/", country="US", city="Ridgefield Park"),
    AccountEntry("samsung-kr", "Samsung (South Korea)", "https://www.samsung.com/sec/", country="KR", city="Suwon"),
    AccountEntry("samsung-de", "Samsung Electronics GmbH", "https://www.samsung.com/de/", country="DE", city="Schwalbach"),
    AccountEntry("gehry", "Gehrenrode Kirchengemeinde", "", country="DE", city="Bad Gandersheim"),
    AccountEntry("ncpor", "National Centre for Polar and Ocean Research", "https://ncpor.res.in", country="IN", city="Vasco"),
    AccountEntry("knbs", "Kenya National Bureau of Statistics", "https://www.knbs.or.ke", country="KE", city="Nairobi"),
    AccountEntry("ifae", "Institute for High Energy Physics", "https://www.ifae.es/", country="ES", city="Barcelona"),
    AccountEntry("personal", "Personal", "https://personal.com.ar", country="AR", city="Buenos Aires"),
    AccountEntry("btinternet", "BT Internet", "https://btinternet.com", country="GB", city="London"),
    AccountEntry("cochrane-gb", "Cochrane", "http://uk.cochrane.org/", country="GB", city="Oxford"),
    AccountEntry("capita-jp", "CAPITA Inc.", "", country="JP", city="Tokyo"),
    AccountEntry("philadelphia-us", "Philadelphia University", "http://www.philau.edu/", country="US", city="Philadelphia"),
    AccountEntry("halfords", "Halfords Group plc", "http://www.halfordscompany.com", country="GB", city="Redditch"),
    AccountEntry("qaf", "QAF Limited", "http://www.qaf.com.sg", country="SG", city="Singapore"),
    AccountEntry("eltel", "Eltel AB (publ)", "http://www.eltelgroup.com", country="SE", city="Bromma"),
    AccountEntry("ruoyuchen", "Guangzhou Ruoyuchen Technology Co.,Ltd.", "http://www.gzruoyuchen.com", country="CN", city="Guangzhou"),
    AccountEntry("kartonsan", "Kartonsan Karton Sanayi ve Ticaret A.S.", "", country="TR", city="Istanbul"),
    AccountEntry("maersk", "A.P. Møller - Mærsk A/S", "https://www.maersk.com", country="DK", city="Copenhagen"),
    AccountEntry("bca", "PT Bank Central Asia Tbk", "https://www.bca.co.id", country="ID", city="Jakarta"),
    AccountEntry("oko", "Öko-Institut e.V.", "https://www.oeko.de", country="DE", city="Freiburg"),
    AccountEntry("rijkswaterstaat", "Rijkswaterstaat", "https://www.rijkswaterstaat.nl", country="NL", city="Utrecht"),
    AccountEntry("obihiro", "Obihiro Kyokai Hospital", "https://www.obihiro-kyokai-hsp.jp", country="JP", city="Obihiro"),
    AccountEntry("mckendree", "McKendree University", "https://www.mckendree.edu/", country="US", city="Lebanon"),
    AccountEntry("yale", "Yale University", "https://www.yale.edu", country="US", city="New Haven"),
    AccountEntry("army", "U.S. Army Aviation Center of Excellence", "https://home.army.mil/aviation", country="US"),
    AccountEntry("army-med", "U.S. Army Medical Research Institute", "https://www.army.mil/med", country="US", city="Fort Detrick"),
    AccountEntry("sony-music", "Sony Music Entertainment", "https://www.sonymusic.com", country="US", city="New York"),
    AccountEntry("sony", "Sony Group Corporation", "https://www.sony.com", country="JP", city="Tokyo"),
    AccountEntry("westlab", "Western Laboratories Inc.", "https://westlab.com", country="US", city="Denver"),
    AccountEntry("eastlab", "Eastern Laboratories Inc.", "https://eastlab.com", country="US", city="Denver"),
    AccountEntry("twin-a", "Meridian Partners", "", country="US", city="Austin"),
    AccountEntry("twin-b", "Meridian Partners", "", country="US", city="Austin"),
    AccountEntry("kuwait", "Kuwait Oil Company (Kuwait)", "https://www.kockw.com", country="KW", city="Al Ahmadi"),
    AccountEntry("jogmec", "Japan Wood Protection Association", "http://www.mokuzaihozon.org", country="JP", city="Tokyo"),
    AccountEntry("globex", "Globex International", "https://globex.com", country="US", city="Springfield", domains=("globex-old.com",), other_names=("Globodyne",)),
    AccountEntry("dsuoh-1", "Dongshin University Gwangju Hospital", "http://dsuoh.co.kr/gj/", country="KR", city="Gwangju"),
    AccountEntry("dsuoh-2", "Dongshin University Naju Hospital", "http://dsuoh.co.kr/nj/", country="KR", city="Naju"),
    AccountEntry("att", "AT&T Inc.", "https://www.att.com", country="US", city="Dallas"),
    AccountEntry("3m", "3M Company", "https://www.3m.com", country="US", city="Saint Paul"),
    AccountEntry("asroma", "A.S. Roma S.p.A.", "https://www.asroma.com", country="IT", city="Rome"),
    AccountEntry("mary", "St. Mary's Hospital", "https://stmarys-madison.org", country="US", city="Madison"),
    AccountEntry("mary-gb", "St Mary's Hospital", "https://stmarys-london.nhs.uk", country="GB", city="London"),
)  # fmt: skip

_WORDS = (
    "amber arbor atlas aurora basalt beacon birch bramble canyon cedar cinder cobalt coral crescent delta ember falcon fern flint garnet glacier "
    "harbor hazel heron indigo ivory jasper juniper kestrel lagoon lantern larch lotus maple marble meadow mesa nectar onyx opal orchid osprey "
    "pebble pine prairie quartz raven ridge saffron sage sequoia sierra slate sparrow summit tundra valley velvet willow zephyr"
).split()
_KINDS = (
    "Systems Inc",
    "University",
    "Hospital",
    "Logistics GmbH",
    "Foods Ltd",
    "Institute of Technology",
    "Holdings plc",
    "Bank",
)
_PLACES = (("US", "Denver"), ("GB", "Leeds"), ("DE", "Hamburg"), ("FR", "Lyon"), ("JP", "Osaka"), ("IN", "Pune"))


def fillers() -> list[AccountEntry]:
    """Ordinary accounts, so that rare words are rare and common ones common."""
    found = []
    for i, first in enumerate(_WORDS):
        for j in range(8):
            second = _WORDS[(i * 7 + j * 11 + 3) % len(_WORDS)]
            country, city = _PLACES[(i + j) % len(_PLACES)]
            name = f"{first.title()} {second.title()} {_KINDS[j]}"
            found.append(AccountEntry(f"f{i}-{j}", name, f"https://{first}{second}{j}.com", country=country, city=city))
    return found
