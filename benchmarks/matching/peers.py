"""Other ways to find a lead's account, each as plainly as its users would set it up. Every method answers (account or "", score) per lead.

python -m benchmarks.matching.peers METHOD FOLDER ANSWERS     reads accounts and leads in FOLDER, writes ANSWERS (a CSV); run by `run.py`
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from benchmarks.matching.worlds import World, read_accounts, read_leads
from bridge.stages.reconcile.domains import domain_of_email, domain_of_website
from bridge.stages.reconcile.places import country_code
from bridge.stages.reconcile.words import core, words_of

Answers = list[tuple[str, float]]
SPLINK_LEADS = 100_000
"""Leads that Splink compares at a time: against 1,000,000 accounts they take it 7 GB."""


def exact_host(world: World) -> Answers:
    """The host of the e-mail address is the host of the website, as in HubSpot's company association."""
    known = {site.host: account.id for account in world.accounts if (site := domain_of_website(account.website))}
    found = []
    for lead in world.leads:
        mail = domain_of_email(lead.email)
        found.append((known.get(mail.host, "") if mail and not mail.shared else "", 1.0))
    return found


def domain_then_name(world: World) -> Answers:
    """The registrable domain if one account has it, else the exact normalised name if one account has it."""
    domains, names = defaultdict(set), defaultdict(set)
    for account in world.accounts:
        if site := domain_of_website(account.website):
            domains[site.name].add(account.id)
        names[_plain(account.name)].add(account.id)
    found = []
    for lead in world.leads:
        options: set[str] = set()
        for domain in (domain_of_email(lead.email), domain_of_website(lead.website)):
            if domain and not domain.shared:
                options |= domains.get(domain.name, set())
        if len(options) != 1 and lead.company:
            named = names.get(_plain(lead.company), set())
            options = named & options or named
        found.append((next(iter(options)), 1.0) if len(options) == 1 else ("", 0.0))
    return found


def rapidfuzz_best(world: World) -> Answers:
    """The account whose name has the best token_sort_ratio, from 85 upwards."""
    names = [_plain(account.name) for account in world.accounts]
    found = []
    for lead in world.leads:
        best = (
            process.extractOne(_plain(lead.company), names, scorer=fuzz.token_sort_ratio, score_cutoff=85)
            if lead.company
            else None
        )
        found.append((world.accounts[best[2]].id, best[1] / 100) if best else ("", 0.0))
    return found


def tfidf(world: World) -> Answers:
    """Cosine of character 3-grams, raised by the same domain and country."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32)
    theirs = letters.fit_transform([_plain(account.name) for account in world.accounts]).T.tocsr()
    sites = [domain_of_website(account.website) for account in world.accounts]
    domains = defaultdict(list)
    for i, site in enumerate(sites):
        if site and not site.shared:
            domains[site.name].append(i)
    countries = np.array([country_code(account.country) for account in world.accounts])
    found: Answers = []
    for begin in range(0, len(world.leads), 500):
        part = world.leads[begin : begin + 500]
        alike = letters.transform([_plain(lead.company) for lead in part]) @ theirs
        for row, lead in zip(alike, part, strict=True):
            score = row.toarray().ravel()
            country = country_code(lead.country)
            if country:
                score += np.where(countries == country, 0.1, np.where(countries == "", 0, -0.1)) * (score > 0.2)
            mail = domain_of_email(lead.email) or domain_of_website(lead.website)
            if mail and not mail.shared:
                score[domains.get(mail.name, [])] += 0.8
            best = int(score.argmax())
            found.append((world.accounts[best].id, float(score[best])) if score[best] >= 0.6 else ("", 0.0))
    return found


def splink(world: World) -> Answers:
    """Splink 5 on DuckDB: weights by expectation maximisation; blocking on domain, name and its rare beginnings.

    Learned once, then so many leads at a time: all pairs of a million leads would not fit into this machine's memory.
    """
    import pandas as pd
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI()
    left = pd.DataFrame([_record(a.id, a.name, a.website, "", a.country, a.city) for a in world.accounts])
    accounts = database.register(left, dataset_display_name="accounts")
    ids = {account.id for account in world.accounts}
    best: dict[str, tuple[str, float]] = {}
    model: Any = None
    for start in range(0, len(world.leads), SPLINK_LEADS):
        leads = world.leads[start : start + SPLINK_LEADS]
        right = pd.DataFrame([_record(p.id, p.company, p.website, p.email, p.country, p.city) for p in leads])
        some = database.register(right, dataset_display_name="leads", table_name=f"leads_{start}")
        linker = Linker([accounts, some], model or _splink_settings())
        model = model or _splink_learned(linker)
        pairs = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
        for one, other, chance in zip(pairs.unique_id_l, pairs.unique_id_r, pairs.match_probability, strict=True):
            account, lead = (one, other) if one in ids else (other, one)
            if chance > best.get(lead, ("", 0.0))[1]:
                best[lead] = (account, float(chance))
        del pairs
        database.delete_tables_created_by_splink_from_db()
    return [best.get(lead.id, ("", 0.0)) for lead in world.leads]


def _splink_settings() -> Any:
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]),
            cl.ExactMatch("domain"),
            cl.ExactMatch("country"),
            cl.JaroWinklerAtThresholds("city", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("domain"),
            block_on("name"),
            block_on("start", "country"),
            block_on("last", "country"),
        ],
    )


def _splink_learned(linker: Any) -> Any:
    """The weights found with these leads, as settings for the next."""
    from splink import block_on

    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("domain"), block_on("name")], recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=2_000_000)
    training.estimate_parameters_using_expectation_maximisation(block_on("domain"))
    training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    return linker.misc.save_model_to_json()


def _record(id_: str, name: str, website: str, email: str, country: str, city: str) -> dict[str, str | None]:
    words = core(words_of(name)) if name else ()
    domain = next((d.name for d in (domain_of_website(website), domain_of_email(email)) if d and not d.shared), None)
    return {
        "unique_id": id_, "name": " ".join(words) or None, "domain": domain, "country": country_code(country) or None,
        "city": city.lower() or None, "start": words[0] if words else None, "last": words[-1] if len(words) > 1 else None,
    }  # fmt: skip


def _plain(name: str) -> str:
    return " ".join(core(words_of(name)))


METHODS: dict[str, Callable[[World], Answers]] = {
    "exact e-mail host": exact_host,
    "registrable domain, then exact name": domain_then_name,
    "rapidfuzz token_sort": rapidfuzz_best,
    "3-gram tf-idf, domain, country": tfidf,
    "Splink 5 on DuckDB (EM)": splink,
}


def main(method: str, folder: Path, answers: Path) -> None:
    """Answer the leads in `folder`."""
    world = World(read_accounts(folder), read_leads(folder), {})
    with answers.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("lead_id", "account_id", "score"))
        for lead, (account, score) in zip(world.leads, METHODS[method](world), strict=True):
            writer.writerow((lead.id, account, score))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
