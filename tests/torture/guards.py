"""The guards of the bridge, how each is switched off, and the test that must notice. `mutations.py` tries them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """A guard, the row of the list of failures it answers, how it is switched off, and the test that must notice."""

    guard: str
    row: str
    file: str
    old: str
    new: str
    test: str


MUTATIONS = (
    Mutation(
        "the cursor moves with the rows", "B4", "bridge/stages/pull/hubspot.py",
        "    read_surroundings(context, fresh)\n",
        "    read_surroundings(context, fresh)\n    with context.writing() as connection:\n"
        "        records.move(connection, \"hubspot\", cursor_kind, page.position, context.now())\n",
        "tests/torture/test_deaths.py -k cursor",
    ),
    Mutation(
        "reading looks back", "A3", "connectors/hubspot/changes.py",
        "return Place(max(0, time - look_back // timedelta(milliseconds=1)), until=bound)", "return Place(time, until=bound)",
        "tests/connectors/hubspot/test_hubspot_changes.py -k looking_back",
    ),
    Mutation(
        "a crowd is read by id before it fills a page", "A2", "connectors/hubspot/changes.py",
        "#: Records of one millisecond on a page from which that millisecond is read by id.\nCROWD = PAGE // 2",
        "CROWD = 1 << 30", "tests/connectors/hubspot/test_hubspot_changes.py -k interrupted_crowd",
    ),
    Mutation(
        "an older version never replaces a newer one", "K2", "bridge/staging/records.py",
        "        where=fresh.changed_at >= record.c.changed_at,\n", "", "tests/stages/test_staged_records.py",
    ),
    Mutation(
        "our own echo is no news", "C2", "bridge/staging/records.py",
        'if name not in VOLATILE and not name.startswith(OURS) and value', "if name not in VOLATILE and value",
        "tests/stages/test_staged_records.py -k echo",
    ),
    Mutation(
        "PostgreSQL ends a transaction that sleeps", "G3", "bridge/staging/database.py",
        "        if many:\n", "        if not many:\n", "tests/stages/test_sleepers.py",
    ),
    Mutation(
        "a short listing is no mass deletion", "C3", "bridge/stages/pull/sweep.py",
        "brakes.vanish_percent / 100 * of", "brakes.vanish_percent * of",
        "tests/journeys/test_journey_troubles.py -k mass_deletion",
    ),
    Mutation(
        "qualified is asked again at the last moment", "C7", "bridge/staging/outbox.py",
        '.values(state="cancelled", reason="no_longer_qualified")', '.values(reason="no_longer_qualified")',
        "tests/stages/test_outbox.py",
    ),
    Mutation(
        "a task is asked about again before it is sent a second time", "C7", "bridge/staging/outbox.py",
        "    new = or_(delivery.c.needs_room.is_(True), delivery.c.operation == \"create\")\n",
        "    new = delivery.c.needs_room.is_(True)\n", "tests/stages/test_outbox.py -k send_was_lost",
    ),
    Mutation(
        "qualified is asked again at release", "C7", "bridge/staging/releasing.py",
        'delivery.c.state == "waiting", qualified)', 'delivery.c.state == "waiting")',
        "tests/stages/test_outbox.py -k release",
    ),
    Mutation(
        "one open delivery per lead and target", "E11", "bridge/staging/migrations/versions/0001_first.py",
        '["lead_id", "target", "about"],\n            unique=True,', '["lead_id", "target", "about"],\n            unique=False,',
        "tests/stages/test_outbox.py",
    ),
    Mutation(
        "what hangs on a record is looked for when its answer is lost", "E1", "bridge/stages/push/finding_out.py",
        "else followers.there(context, object_name, unknown)", "else {}", "tests/journeys/test_journey_landing.py -k makes_nothing_twice",
    ),
    Mutation(
        "what a dead sender held is unknown, not ready", "E1", "bridge/staging/outbox.py",
        '.values(state="unknown", claimed_by=None, reason="sender_died")', '.values(state="ready", claimed_by=None, reason="sender_died")',
        "tests/stages/test_outbox.py -k dead_sender",
    ),
    Mutation(
        "a lost write is not repeated without looking", "E1", "connectors/http/remote.py",
        "return _unknown(error, operation) if operation.writes and lost.sent else error", "return error",
        "tests/connectors/http/test_http_remote.py -k not_repeated",
    ),
    Mutation(
        "with one result missing none can be told apart", "E8", "connectors/salesforce/writing.py",
        "if not isinstance(results, list) or len(results) != len(chunk):", "if not isinstance(results, list):",
        "tests/connectors/salesforce/test_salesforce_writing.py -k missing",
    ),
    Mutation(
        "Sales' share of the day's calls is left alone", "E9", "connectors/http/remote.py",
        "if kept and remaining is not None and remaining <= kept:", "if kept and remaining is None:",
        "tests/torture/test_budget.py -k share",
    ),
    Mutation(
        "a spent day is not asked again", "E9", "connectors/http/remote.py",
        "            self.breaker.spent(fault)\n", "            pass\n", "tests/connectors/hubspot/test_hubspot_faults.py -k spent",
    ),
    Mutation(
        "workers share the windows of HubSpot's limits", "E9", "bridge/cycle.py",
        "        _mind_what_others_called(app)\n", "        pass\n", "tests/torture/test_budget.py -k takes_over",
    ),
    Mutation(
        "new leads go before retries", "E9", "bridge/staging/outbox.py",
        ".order_by(LIVE_FIRST, delivery.c.attempts, delivery.c.priority.desc(), delivery.c.id)",
        ".order_by(LIVE_FIRST, delivery.c.priority.desc(), delivery.c.id)", "tests/torture/test_order.py -k retries",
    ),
    Mutation(
        "new leads go before a backfill's", "K4", "bridge/staging/outbox.py",
        "LIVE_FIRST = case((_of_backfills, 1), else_=0)", "LIVE_FIRST = case((_of_backfills, 0), else_=0)",
        "tests/torture/test_order.py -k room_is_given",
    ),
    Mutation(
        "who comes in during a backfill does not wait for its end", "K4", "bridge/backfill.py",
        "        if live.due():\n            live.run()\n", "", "tests/torture/test_order.py -k during",
    ),
    Mutation(
        "the cap of a rep is kept", "E13", "bridge/stages/release.py",
        "        if owner_id not in self.queues:\n            found = _lack(", "        if not owner_id:\n            found = _lack(",
        "tests/stages/test_room.py",
    ),
    Mutation(
        "two who release at once keep the cap", "E13", "bridge/staging/releasing.py",
        "connection.execute(select(func.pg_advisory_xact_lock(RELEASER_LOCK)))", "pass", "tests/stages/test_room.py -k better_leads",
    ),
    Mutation(
        "a write without effect is named", "F2", "bridge/stages/verify.py",
        'return "lost" if found in (None, "") else "changed_by_org"', 'return "equal"', "tests/rules/verify",
    ),
    Mutation(
        "an old leader's writes are refused", "G3", "bridge/staging/runs.py",
        "return row is not None and row.holder == held.holder and row.fence == held.fence", "return row is not None",
        "tests/stages/test_lease.py",
    ),
    Mutation(
        "the fence is asked before anything is sent", "G3", "bridge/stages/context.py",
        "        if self.lease is not None:\n            with self.reading()", "        if False:\n            with self.reading()",
        "tests/torture/test_two_at_once.py -k late_writes_nothing[sqlite]",
    ),
    Mutation(
        "each call of a batch is asked for", "G3", "connectors/http/remote.py",
        "            self.before_write()\n", "            pass\n", "tests/torture/test_two_at_once.py -k between_two_calls",
    ),
    Mutation(
        "a slot is run once", "G3", "bridge/staging/runs.py",
        "return connection.execute(taken, row).first() is not None", "connection.execute(taken, row)\n    return True",
        "tests/stages/test_lease.py -k slot",
    ),
    Mutation(
        "readiness ends three intervals after the last success", "G5", "bridge/daemon/signs.py",
        "    if oldest is None or newest >= oldest:\n", "    if True:\n", "tests/daemon/test_probes.py",
    ),
    Mutation(
        "a hanging job ends the process", "G5", "bridge/daemon/watchdog.py",
        "if running is not None and beat - max(running.since, awake) > self._deadline:", "if running is None and beat < 0:",
        "tests/daemon/test_daemon_processes.py -k hangs",
    ),
    Mutation(
        "a dripping server cannot hold a call", "A11", "connectors/http/wire.py",
        "with call_ends(started + seconds):", "with call_ends(started + seconds + 3600):",
        "tests/connectors/http/test_http_wire.py -k slow_server",
    ),
    Mutation(
        "SQLite's writes begin as writes", "B1", "bridge/staging/database.py",
        '"BEGIN IMMEDIATE" if immediate else "BEGIN"', '"BEGIN"', "tests/stages/test_sqlite_file.py",
    ),
    Mutation(
        "network mounts are refused", "B2", "bridge/staging/database.py",
        "    if kind in NETWORK_MOUNTS:\n", "    if False:\n", "tests/stages/test_sqlite_file.py -k mount",
    ),
    Mutation(
        "a run that would send too much stops", "H2", "bridge/brakes.py",
        "    if len(ids) <= limit:\n        return\n", "    return\n", "tests/journeys/test_journey_commands.py -k brake",
    ),
    Mutation(
        "secrets and addresses are taken out of logs", "I1", "bridge/daemon/redaction.py",
        "            line = pattern.sub(instead, line)\n", "            pass\n", "tests/daemon/test_redaction.py",
    ),
    Mutation(
        "the erased are not taken in again", "I4", "bridge/staging/records.py",
        "            if item.id in erased:\n", "            if False:\n", "tests/torture/test_erasing.py -k nowhere",
    ),
    Mutation(
        "nothing of the erased stays in the file", "I4", "bridge/staging/erasure.py",
        '("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")', '("PRAGMA user_version",)',
        "tests/torture/test_erasing.py -k nowhere",
    ),
    Mutation(
        "a word to HubSpot that was lost is planned anew", "E1", "bridge/stages/write_back.py",
        "        leads.untell(connection, outbox.unknown_to_ready(connection, TARGET))\n", "        outbox.unknown_to_ready(connection, TARGET)\n",
        "tests/torture/test_deaths.py -k word",
    ),
    Mutation(
        "a run that was stopped is no success", "G5", "bridge/app.py",
        'outcome = "stopped" if context.stopped_by or context.silent or stopping() else "done"', 'outcome = "done"',
        "tests/journeys/test_journey_troubles.py -k revoked_token",
    ),
    Mutation(
        "assignment rules are not run", "K1", "connectors/salesforce/writing.py",
        '"TRUE" if self.auto_assign else "FALSE"', '"TRUE"', "tests/connectors/salesforce/test_salesforce_writing.py -k what_goes_out",
    ),
    Mutation(
        "duplicate rules are not overridden", "E5", "connectors/salesforce/writing.py",
        'save = "true" if self.allow_duplicates else "false"', 'save = "true"',
        "tests/connectors/salesforce/test_salesforce_writing.py -k what_goes_out",
    ),
    Mutation(
        "a position of the future is refused", "G6", "connectors/hubspot/changes.py",
        "    if place.time > to_ms(server_time + AHEAD):\n", "    if False:\n",
        "tests/connectors/hubspot/test_hubspot_changes.py -k future",
    ),
    Mutation(
        "companies have their own property of change", "A5", "connectors/hubspot/rows.py",
        'return "lastmodifieddate" if kind == "contact" else "hs_lastmodifieddate"', 'return "lastmodifieddate"',
        "tests/connectors/hubspot/test_hubspot_changes.py -k companies",
    ),
    Mutation(
        "a page of HTML is no data", "A12", "connectors/http/shapes.py",
        'raise NotJson("an HTML page instead of data")', "return {}", "tests/connectors/http tests/connectors/hubspot/test_hubspot_faults.py",
    ),
    Mutation(
        "Retry-After is waited for", "A10", "connectors/http/remote.py",
        "return error.retry_after + waiting if isinstance(error, RateLimited) else waiting", "return waiting",
        "tests/connectors/http/test_http_remote.py -k retry_after_is",
    ),
    Mutation(
        "text is cut at graphemes", "D2", "bridge/stages/clean/limits.py",
        "    for grapheme in _GRAPHEME.findall(text[: limit + 1]):\n", "    for grapheme in text[: limit + 1]:\n",
        "tests/rules/clean/test_clean_limits.py",
    ),
    Mutation(
        "half characters are taken out", "D7", "bridge/stages/clean/text.py",
        "    if _SURROGATES.search(text):\n", "    if False:\n", "tests/rules/clean",
    ),
    Mutation(
        "one open handoff an organisation", "C6", "bridge/staging/migrations/versions/0003_handoffs.py",
        '["organisation_id"], unique=True, sqlite_where=OPEN', '["organisation_id"], unique=False, sqlite_where=OPEN',
        "tests/stages/test_open_handoffs.py",
    ),
    Mutation(
        "what a merged contact was goes to the survivor", "A8", "bridge/stages/pull/hubspot.py",
        '*(one.id for one in fresh), *gone]', '*(one.id for one in fresh)]', "tests/journeys/test_journey_everyday.py -k merge",
    ),
    Mutation(
        "a page shorter than the total is not the last", "A1", "connectors/hubspot/changes.py",
        "if not isinstance(total, int) else total > len(rows)", "", "tests/connectors/hubspot/test_hubspot_changes.py -k shorter_than_the_total",
    ),
    Mutation(
        "each page asks from the last time seen", "A1", "connectors/hubspot/changes.py",
        "    return fresh, Place(last, None, place.until, frozenset(str(row[\"id\"]) for row in crowd))",
        "    return fresh, None", "tests/connectors/hubspot/test_hubspot_changes.py -k more_records_than_the_cap",
    ),
    Mutation(
        "a run ends at the server's time of its beginning", "A4", "connectors/hubspot/changes.py",
        "    return replace(place, until=end if place.until is None else min(place.until, end))", "    return place",
        "tests/connectors/hubspot/test_hubspot_changes.py -k edited_faster",
    ),
    Mutation(
        "equal times are asked for again", "A6", "connectors/hubspot/changes.py",
        'filters = [bound("GTE", modified, place.time)]', 'filters = [bound("GT", modified, place.time)]',
        "tests/connectors/hubspot/test_hubspot_changes.py -k crowd_of_one",
    ),
    Mutation(
        "reading Salesforce looks back", "A7", "connectors/salesforce/changes.py",
        "            self._at -= look_back\n", "            pass\n", "tests/connectors/salesforce/test_salesforce_sandbox.py -k visible_late",
    ),
    Mutation(
        "what the sweep does not find is gone", "A9", "bridge/stages/pull/sweep.py",
        "    _mark_gone(context, seen, archived)\n", "    pass\n", "tests/journeys/test_journey_troubles.py -k found_by_the_sweep",
    ),
    Mutation(
        "a resolver that does not answer is left to itself", "A11", "connectors/http/connecting.py",
        "    asking.join(_left(until))\n", "    asking.join()\n", "tests/connectors/http/test_http_connecting.py -k resolver",
    ),
    Mutation(
        "all addresses share the time of one call", "A11", "connectors/http/connecting.py",
        "made.settimeout(left / (len(addresses) - number))", "made.settimeout(left)\n            until += left",
        "tests/connectors/http/test_http_connecting.py -k many_addresses",
    ),
    Mutation(
        "a property that is gone is named", "A13", "connectors/hubspot/changes.py",
        "    known.check(kind, rows, properties)\n", "", "tests/connectors/hubspot/test_hubspot_changes.py -k property_that_does_not_exist",
    ),
    Mutation(
        "nothing is left in a session behind a pooler", "B7", "bridge/staging/database.py",
        '{"prepare_threshold": None} if pooled else session', "{} if pooled else session", "tests/stages/test_sleepers.py -k pooler",
    ),
    Mutation(
        "a doubtful pair stays apart", "C1", "bridge/deciding/identify.py",
        "        if match.outcome is Outcome.link and match.id\n", "        if match.outcome in (Outcome.link, Outcome.review) and match.id\n",
        "tests/stages/test_identify.py -k doubtful",
    ),
    Mutation(
        "deep HTML becomes text", "D1", "bridge/stages/clean/formats/html.py",
        "    safe = sanitised(text)\n", "    safe = text\n", "tests/rules/clean/test_clean_html.py -k rich_text",
    ),
    Mutation(
        "an option the picklist does not have is told", "D3", "bridge/stages/clean/formats/picklists.py",
        "    if option is None:\n        return unsettled(", "    if False:\n        return unsettled(", "tests/rules/clean/test_clean_picklists.py",
    ),
    Mutation(
        "a time on the wall is taken in its zone", "D4", "bridge/stages/clean/formats/dates.py",
        "        local = value.replace(tzinfo=zone)\n", "        local = value.replace(tzinfo=UTC)\n",
        "tests/rules/clean/test_clean_dates.py -k instant",
    ),
    Mutation(
        "a touched contact gets blanks filled and nothing overwritten", "D6", "bridge/deciding/planning.py",
        '    if blanks_only or wins == "crm_unless_blank":\n', '    if wins == "crm_unless_blank":\n', "tests/rules/planning/test_who_wins.py",
    ),
    Mutation(
        "headers go again after a new sign-in", "E2", "connectors/salesforce/connection.py",
        "            token = self.session_id\n            response", "            token, given = self.session_id, {}\n            response",
        "tests/connectors/salesforce/test_salesforce_sandbox.py -k after_a_new_login",
    ),
    Mutation(
        "sign-ins that bring nothing stop after two", "E3", "connectors/salesforce/connection.py",
        "            if self._fruitless >= MOST_LOGINS and waited < LOGIN_PAUSE:\n", "            if False:\n",
        "tests/connectors/salesforce/test_salesforce_login.py -k two_logins",
    ),
    Mutation(
        "a locked row is tried again", "E4", "connectors/salesforce/codes.py",
        '    "UNABLE_TO_LOCK_ROW": RETRY,', '    "UNABLE_TO_LOCK_ROW": "refused",', "tests/torture/test_in_numbers.py -k locked",
    ),
    Mutation(
        "what a person only would call the same is the same", "F1", "bridge/stages/verify.py",
        '        return "normalised"\n', '        return "changed_by_org"\n', "tests/rules/verify",
    ),
    Mutation(
        "what cannot be read yet is not taken for lost", "F3", "bridge/stages/verify.py",
        "        if there is None and not _waited(one, now):\n", "        if False:\n",
        "tests/torture/test_in_numbers.py -k written_and_not_there_yet",
    ),
    Mutation(
        "hours asleep are made up for once", "G1", "bridge/daemon/slots.py",
        "        return EPOCH + job.every * ((at - EPOCH) // job.every)\n", "        return at\n",
        "tests/daemon/test_slots.py tests/daemon/test_worker.py",
    ),
    Mutation(
        "an hour that comes twice counts once", "G2", "bridge/daemon/slots.py",
        "tzinfo=ZoneInfo(zone), fold=0)", "tzinfo=ZoneInfo(zone), fold=1)", "tests/daemon/test_slots.py",
    ),
    Mutation(
        "a look at the database that does not end ends the process", "G5", "bridge/daemon/watchdog.py",
        "        if beat - max(self._signs.pulse_beat, awake) > self._deadline:\n",
        "        if False:\n", "tests/daemon/test_probes.py -k look_at_the_database",
    ),
    Mutation(
        "who is asked to end gives back what it holds", "G7", "bridge/daemon/giving_back.py",
        "            outbox.give_back(connection, holder),\n", "            0,\n", "tests/daemon/test_daemon_processes.py -k does_not_listen",
    ),
    Mutation(
        "a field that can only be read is named before anything is sent", "H4", "bridge/settings/check.py",
        '        yield Finding(path, f"{target.name} can only be read.", "Remove the line.", True)\n', "        pass\n",
        "tests/config/test_check_live.py",
    ),
    Mutation(
        "names in a question are names", "I3", "connectors/salesforce/soql.py",
        "    if not _NAME.fullmatch(text):\n", "    if False:\n", "tests/connectors/salesforce/test_salesforce_soql.py",
    ),
    Mutation(
        "crashes are told without words", "I1", "bridge/crashes.py",
        "        lines += [type(current).__name__, *", "        lines += [repr(current), *", "tests/torture/test_crash_output.py -k nobody_expected",
    ),
    Mutation(
        "a worker's crash is told without words", "I1", "bridge/crashes.py",
        "        logging.lastResort.setFormatter(Wordless())\n", "        pass\n", "tests/torture/test_crash_output.py -k cannot_begin",
    ),
    Mutation(
        "a backfill goes on where it stopped", "K3", "bridge/staging/backfills.py",
        "        if row.request == request:\n", "        if False:\n", "tests/journeys/test_journey_commands.py -k killed_backfill",
    ),
    Mutation(
        "newcomers go before all that a backfill changed", "K4", "bridge/backfill.py",
        "        pull_newcomers(context, self._since)\n", "        pass\n", "tests/torture/test_order.py -k newcomers",
    ),
    Mutation(
        "a millisecond that fills a page is read by id", "A2", "connectors/hubspot/changes.py",
        "    if last == place.time or len(crowd) >= CROWD:\n", "    if False:\n",
        "tests/connectors/hubspot/test_hubspot_changes.py -k 25_000",
    ),
    Mutation(
        "a request that has left is looked for, whatever broke then", "E1", "connectors/http/wire.py",
        "sent = request_has_left() or not isinstance(error, _NEVER_SENT)", "sent = not isinstance(error, _NEVER_SENT)",
        "tests/connectors/http/test_http_tls.py -k after_the_request_had_left",
    ),
    Mutation(
        "what is gone as a whole holds its writes", "H4", "bridge/stages/push/closed_fields.py",
        "held = [one for one in claimed if names & set(one.payload)] or list(claimed)",
        "held = [one for one in claimed if names & set(one.payload)]",
        "tests/journeys/test_journey_troubles.py -k does_not_have",
    ),
    Mutation(
        "a field that went before the read-back stops nothing", "H4", "bridge/stages/verify.py",
        "            fields = left\n", "            raise\n",
        "tests/journeys/test_journey_troubles.py -k goes_before_it_was_read_back",
    ),
    Mutation(
        "a word of the trade makes no two companies one", "C1", "bridge/stages/reconcile/people_vetoes.py",
        "SAME_COMPANY = 0.9", "SAME_COMPANY = 0.0", "tests/rules/reconcile/test_match_people.py -k trade",
    ),
    Mutation(
        "a word that never left uses up no try", "F1", "bridge/stages/write_back.py",
        "tried=receipt.sent)", "tried=True)", "tests/journeys/test_journey_outages.py -k never_left",
    ),
    Mutation(
        "a lost database gives no task a second time", "E1", "bridge/stages/push/finding_out.py",
        '    there = followers.there(context, "Task", asked) if asked else {}\n', "    there: dict[int, str] = {}\n",
        "tests/journeys/test_journey_outages.py -k lost_database",
    ),
    Mutation(
        "a form is owed until it was read", "B4", "bridge/stages/pull/hubspot.py",
        "            _owe_submissions(connection, now, max(filter(None, map(to_time, sent_in)), default=now))\n", "            pass\n",
        "tests/journeys/test_journey_outages.py -k form_is_read",
    ),
    Mutation(
        "what Sales removed meanwhile is found in the bin", "E7", "bridge/stages/push/finding_out.py",
        "fields, gone=True)", "fields, gone=False)", "tests/journeys/test_journey_merged.py -k not_made_again",
    ),
    Mutation(
        "a locked row is tried for an hour", "E4", "bridge/stages/push/settling.py",
        "MOST_ATTEMPTS = 12", "MOST_ATTEMPTS = 2", "tests/torture/test_in_numbers.py -k locked",
    ),
)  # fmt: skip
