"""Salesforce: simple-salesforce made safe, changes read without a gap, writes with a receipt for each record.

`Salesforce` in client.py is the door. connection.py mends the library; dialect.py and codes.py name errors by recovery;
changes.py reads what changed; writing.py, duplicates.py and bulk.py write; administration.py sets up and checks rights.
"""

from connectors.salesforce.administration import Missing, Need
from connectors.salesforce.bulk import BulkJob
from connectors.salesforce.changes import Following
from connectors.salesforce.client import DEFAULT_VERSION, LOOK_BACK, Salesforce
from connectors.salesforce.credentials import ClientCredentials, Credentials, JwtBearer, choose_credentials
from connectors.salesforce.kinds import KINDS
from connectors.salesforce.org import Limit, Org, Who

__all__ = [
    "DEFAULT_VERSION",
    "KINDS",
    "LOOK_BACK",
    "BulkJob",
    "ClientCredentials",
    "Credentials",
    "Following",
    "JwtBearer",
    "Limit",
    "Missing",
    "Need",
    "Org",
    "Salesforce",
    "Who",
    "choose_credentials",
]
