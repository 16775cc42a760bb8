"""What the clients of all remote systems share: how to send, how fast, how long, how often again, and which error to
raise.

`Wire` sends one request once; `Remote` is what clients call; `Dialect` is what each system adds; `RemoteAdapter` lets a
library that uses
requests go through it. Nothing here knows HubSpot or Salesforce. Messages and logs hold no tokens, values or bodies.
"""

from connectors.http.clock import Clock
from connectors.http.hosts import Hosts, is_loopback
from connectors.http.limiter import Limiter, Window, shared_limiter
from connectors.http.message import MEGABYTE, Answer, Lost, Operation, Request, Transport
from connectors.http.remote import Dialect, Remote
from connectors.http.session import ParsedResponse, RemoteAdapter
from connectors.http.usage import Budget, Usage
from connectors.http.wire import Wire

__all__ = [
    "MEGABYTE",
    "Answer",
    "Budget",
    "Clock",
    "Dialect",
    "Hosts",
    "Limiter",
    "Lost",
    "Operation",
    "ParsedResponse",
    "Remote",
    "RemoteAdapter",
    "Request",
    "Transport",
    "Usage",
    "Window",
    "Wire",
    "is_loopback",
    "shared_limiter",
]
