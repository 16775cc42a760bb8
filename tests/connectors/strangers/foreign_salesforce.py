"""A Salesforce somebody else might build from the published guides, reading each open question the other way than we would.

The login tells a host of salesforce.com with a path; rows leave empty fields out; the next page is told by a whole address or
without its first stroke, and pages are short; a describe names the least; no answer tells usage or time; writes may answer 204.
"""

from __future__ import annotations

import re
from typing import Any

from foreign_server import Call, ForeignServer, Reply

VERSION = "/services/data/v66.0"


class ForeignSalesforce(ForeignServer):
    def __init__(self, *, next_page: str = "absolute", instance: str = "https://acme.my.salesforce.com/site") -> None:
        super().__init__()
        self.next_page, self.instance = next_page, instance
        self.leads: list[dict[str, Any]] = []
        self.usage: tuple[tuple[str, str], ...] = ()  # headers sent with rows
        self.writes = Reply([{"success": True}])
        self.ordered = True

    def add(self, number: int, at: str, **values: Any) -> None:
        self.leads.append({"Id": f"00Q{number:012d}AAA", "SystemModstamp": at, **values})

    def answer(self, call: Call) -> Reply:
        if call.path == "/services/oauth2/token":
            return Reply({"access_token": "t", "instance_url": self.instance})
        path = call.path.removeprefix(VERSION).strip("/")
        if path in ("query", "queryAll"):
            return self._query(call.query["q"][0])
        if path.startswith("query/"):
            return self._page(int(path.rpartition("-")[2]))
        if path == "composite":
            return Reply([{"errorCode": "FUNCTIONALITY_NOT_ENABLED"}], 400)
        if path.endswith("describe"):
            return Reply({"fields": [{"name": "Id"}, {"name": "Email"}, {"name": "Sum__c", "calculated": True}]})
        if path == "composite/sobjects/Lead" and call.method == "POST":
            rows = [row for row in self.leads if row["Id"] in call.body["ids"]]
            return Reply([None, *rows], headers=self.usage)
        if path.startswith("composite/sobjects"):
            return self.writes
        return Reply({}, 200)

    def _query(self, question: str) -> Reply:
        if "LIMIT" not in question:
            return self._page(0)
        limit = int(re.search(r"LIMIT (\d+)", question)[1])  # type: ignore[index]
        rows = sorted(self.leads, key=lambda row: (row["SystemModstamp"], row["Id"]), reverse=not self.ordered)
        bound = re.search(r"SystemModstamp > (\S+) OR .* Id > '(\w+)'", question)
        if bound:
            low = (bound[1].replace("Z", "+0000"), bound[2])
            rows = [row for row in rows if (row["SystemModstamp"], row["Id"]) > low]
        since = re.search(r"SystemModstamp >= (\S+)", question)
        if since:
            rows = [row for row in rows if row["SystemModstamp"] >= since[1].replace("Z", "+0000")]
        body = {"records": rows[: min(limit, 3)], "totalSize": min(limit, len(rows))}
        return Reply(body, headers=self.usage)

    def _page(self, start: int) -> Reply:
        answer: dict[str, Any] = {"records": self.leads[start : start + 3], "totalSize": len(self.leads)}
        if start + 3 < len(self.leads):
            path = f"{VERSION}/query/0r8-{start + 3}"
            forms = {"absolute": f"https://evil.example.com{path}", "relative": path, "bare": path[1:], "none": None}
            answer |= {"done": False, "nextRecordsUrl": forms[self.next_page]}
        if self.next_page == "bare":
            answer.pop("done", None)
        return Reply(answer)
