"""Clients of the Salesforce stand-in for its tests: plain requests with a token, and a session for the real library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.sandbox.kernel.faults import Fault
from connectors.sandbox.launch import Sandbox

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VERSION = "v65.0"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
PUBLIC = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


class PlainHttp(requests.Session):
    """The library fixes https; on this machine there is none."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.trust_env = False
        self._netloc = urlsplit(url).netloc

    def request(self, method: str | bytes, url: str | bytes, *given: Any, **named: Any) -> requests.Response:
        parts = urlsplit(url if isinstance(url, str) else url.decode())
        return super().request(method, parts._replace(scheme="http", netloc=self._netloc).geturl(), *given, **named)


class Rest:
    """Plain requests with a token; paths are relative to the version."""

    def __init__(self, sandbox: Sandbox, version: str = VERSION) -> None:
        self.sandbox = sandbox
        self.org = sandbox.salesforce
        self.root = sandbox.salesforce_url
        self.base = f"{self.root}/services/data/{version}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.login()

    def login(self) -> None:
        keys = self.org.credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": keys["client_id"],
            "client_secret": keys["client_secret"],
        }
        answer = self.session.post(f"{self.root}/services/oauth2/token", data=form).json()
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def __call__(self, method: str, path: str, **named: Any) -> requests.Response:
        url = (
            path if path.startswith("http") else f"{self.root}{path}" if path.startswith("/") else f"{self.base}/{path}"
        )
        return self.session.request(method, url, **named)

    def query(self, soql: str) -> list[dict[str, Any]]:
        answer = self("GET", "query", params={"q": soql})
        assert answer.status_code == 200, answer.text
        records: list[dict[str, Any]] = answer.json()["records"]
        return records

    def create(self, name: str, **values: Any) -> str:
        answer = self("POST", f"sobjects/{name}", json=values)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def lead(self, **values: Any) -> str:
        return self.create("Lead", **({"LastName": "Doe", "Company": "Acme"} | values))

    def fault(self, name: str, **named: Any) -> None:
        self.sandbox.faults.add(Fault(name, system="salesforce", **named))

    def rules(self, **changes: Any) -> None:
        self.org.acts["rules"](**changes)

    def external_id(self, name: str = "LeadBridge_Id__c", object_name: str = "Lead", **more: Any) -> str:
        """A unique external id field, there for everybody."""
        metadata = {"label": name, "type": "Text", "length": 50, "externalId": True, "unique": True} | more
        self.org.acts["add_field"](object=object_name, name=name, metadata=metadata)
        return name


def errors_of(answer: requests.Response) -> list[str]:
    """The error codes of a single-record answer."""
    return [one["errorCode"] for one in answer.json()]
