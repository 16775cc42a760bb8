"""`/services/oauth2/…` and the identity address; and SOAP login, which is refused as the real org refuses it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from connectors.sandbox.salesforce.api.http import Reply, Request, wrong_method
from connectors.sandbox.salesforce.auth import Auth, LoginRefused, Session
from connectors.sandbox.salesforce.errors import Refusal, not_found
from connectors.sandbox.salesforce.org import Org

_SOAP_PATH = re.compile(r"/services/Soap/[cu]/(\d+)\.0(?:/.*)?\Z", re.IGNORECASE)
# From this version on the API has no login() at all.
_WITHOUT_LOGIN = 65


class OAuth:
    """Tokens, who holds them, and their end."""

    def __init__(self, org: Org, auth: Auth) -> None:
        self._org = org
        self._auth = auth
        self.url = ""

    def handle(self, request: Request) -> Reply:
        """Anything below `/services/oauth2`."""
        what = request.segments[2] if len(request.segments) == 3 else ""
        if what == "token":
            return self._token(request)
        if what == "userinfo":
            return self._userinfo(request)
        if what == "revoke":
            return self._revoke(request)
        if what == "introspect":
            return self._introspect(request)
        raise not_found()

    def identity(self, request: Request) -> Reply:
        """`/id/{org}/{user}`."""
        session = self._session(request)
        if (
            session is None
            or not session.client.tells_identity
            or len(request.segments) != 3
            or request.segments[2][:15] != session.user[:15]
        ):
            return Reply(403, b"Bad_OAuth_Token", content_type="text/plain")
        return Reply(200, self._identity(session))

    def soap(self, request: Request) -> Reply:
        """SOAP login, which no client should use any more."""
        match = _SOAP_PATH.match(request.path)
        if match is None:
            raise not_found()
        if int(match[1]) >= _WITHOUT_LOGIN:
            code, words = "UNSUPPORTED_API_VERSION", "SOAP API login() isn't available in API version 65.0 and later"
        else:
            code, words = "INVALID_OPERATION", "SOAP API login() is disabled by default in this org."
        fault = (
            '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
            ' xmlns:sf="urn:fault.partner.soap.sforce.com"><soapenv:Body><soapenv:Fault>'
            f"<faultcode>sf:{code}</faultcode><faultstring>{code}: {words}</faultstring><detail><sf:LoginFault>"
            f"<sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{words}</sf:exceptionMessage>"
            "</sf:LoginFault></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        )
        return Reply(500, fault.encode(), content_type="text/xml; charset=utf-8")

    def _token(self, request: Request) -> Reply:
        if request.method != "POST":
            raise wrong_method(request, "POST")
        form = dict(request.query) | _form(request)
        try:
            session = self._auth.login(form, request.headers.get("authorization", ""))
        except LoginRefused as wrong:
            return Reply(wrong.status, {"error": wrong.error, "error_description": wrong.description})
        made: dict[str, Any] = {
            "access_token": session.token,
            "scope": session.client.scopes,
            "instance_url": self.url,
            "id": self._id_url(session),
            "token_type": "Bearer",
        }
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            made |= {"signature": "c2FuZGJveA==", "issued_at": str(self._org.clock.now_ms())}
        if form.get("grant_type") == "client_credentials":
            made["api_instance_url"] = self.url
        return Reply(200, made, {"cache-control": "no-cache, no-store", "pragma": "no-cache"})

    def _userinfo(self, request: Request) -> Reply:
        session = self._session(request)
        if session is None or not session.client.tells_identity:
            return Reply(403, b"Bad_OAuth_Token", content_type="text/plain")
        return Reply(200, self._who(session))

    def _revoke(self, request: Request) -> Reply:
        token = (dict(request.query) | _form(request)).get("token", "")
        if not self._auth.revoke(token):
            return Reply(
                400, {"error": "unsupported_token_type", "error_description": "this token type is not supported"}
            )
        return Reply(200)

    def _introspect(self, request: Request) -> Reply:
        session = self._auth.session(_form(request).get("token", ""))
        if session is None:
            return Reply(200, {"active": False})
        made = {
            "active": True, "scope": session.client.scopes, "client_id": session.client.id, "username": self._org.value(session.user, "Username"),
            "sub": self._id_url(session), "token_type": "access_token", "exp": int(session.expires_at.timestamp()),
        }  # fmt: skip
        return Reply(200, made)

    def _session(self, request: Request) -> Session | None:
        return self._auth.session(bearer(request))

    def _id_url(self, session: Session) -> str:
        return f"{self.url}/id/{self._auth.org_id}/{session.user}"

    def _identity(self, session: Session) -> dict[str, Any]:
        """What the identity URL tells: the same as userinfo, under older names."""
        who, value, user = self._who(session), self._org.value, session.user
        same = (
            "user_id", "organization_id", "email", "email_verified", "photos", "urls", "active", "user_type", "language", "locale", "utcOffset",
            "is_app_installed",
        )  # fmt: skip
        address = dict.fromkeys(("addr_street", "addr_city", "addr_state", "addr_country", "addr_zip", "mobile_phone"))
        return {
            "id": self._id_url(session), "asserted_user": True, "username": who["preferred_username"], "nick_name": who["nickname"],
            "display_name": who["name"], "first_name": who["given_name"], "last_name": who["family_name"], "timezone": who["zoneinfo"],
            **{name: who[name] for name in same}, **address, "mobile_phone_verified": False, "is_lightning_login_user": False,
            "status": {"created_date": None, "body": None}, "last_modified_date": value(user, "LastModifiedDate"),
        }  # fmt: skip

    def _who(self, session: Session) -> dict[str, Any]:
        value, user, org = self._org.value, session.user, self._auth.org_id
        data = f"{self.url}/services/data/v{{version}}/"
        soap = f"{self.url}/services/Soap/{{kind}}/{{version}}/{org[:15]}"
        urls = {
            "enterprise": soap.replace("{kind}", "c"), "metadata": soap.replace("{kind}", "m"), "partner": soap.replace("{kind}", "u"),
            "rest": data, "sobjects": f"{data}sobjects/", "search": f"{data}search/", "query": f"{data}query/",
            "recent": f"{data}recent/", "tooling_rest": f"{data}tooling/", "profile": f"{self.url}/{user}", "custom_domain": self.url,
        }  # fmt: skip
        return {
            "sub": self._id_url(session), "user_id": user, "organization_id": org, "preferred_username": value(user, "Username"),
            "nickname": value(user, "CommunityNickname"), "name": value(user, "Name"), "email": value(user, "Email"), "email_verified": True,
            "given_name": value(user, "FirstName"), "family_name": value(user, "LastName"), "zoneinfo": value(user, "TimeZoneSidKey"),
            "photos": {}, "profile": f"{self.url}/{user}", "address": {}, "urls": urls, "active": bool(value(user, "IsActive")),
            "user_type": "STANDARD", "language": value(user, "LanguageLocaleKey"), "locale": value(user, "LocaleSidKey"), "utcOffset": 0,
            "updated_at": value(user, "LastModifiedDate"), "is_app_installed": True,
        }  # fmt: skip


def bearer(request: Request) -> str:
    """The token of a request; OAuth is Salesforce's older word for Bearer."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() not in ("bearer", "oauth") or not token:
        return ""
    return token.strip()


def no_session() -> Refusal:
    """401."""
    return Refusal("INVALID_SESSION_ID", "Session expired or invalid", status=401)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
