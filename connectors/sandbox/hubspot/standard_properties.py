"""HubSpot's own properties, as published in its property documentation: the ones people map, with their types.

One line each: `name | label | type | field type | group | flags | options`. Flags: `r` read-only value, `u` unique,
`x` other values than the options are taken. Options are `value=Label`, or `value` where the label is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_STAGES = (
    "subscriber=Subscriber,lead=Lead,marketingqualifiedlead=Marketing Qualified Lead,salesqualifiedlead=Sales Qualified Lead,"
    "opportunity=Opportunity,customer=Customer,evangelist=Evangelist,other=Other"
)
_STAGE_NAMES = tuple(stage.split("=")[0] for stage in _STAGES.split(","))
_LEAD_STATUS = (
    "NEW=New,OPEN=Open,IN_PROGRESS=In Progress,OPEN_DEAL=Open Deal,UNQUALIFIED=Unqualified,"
    "ATTEMPTED_TO_CONTACT=Attempted to Contact,CONNECTED=Connected,BAD_TIMING=Bad Timing"
)
_SOURCES = (
    "ORGANIC_SEARCH=Organic Search,PAID_SEARCH=Paid Search,EMAIL_MARKETING=Email Marketing,SOCIAL_MEDIA=Organic Social,"
    "REFERRALS=Referrals,OTHER_CAMPAIGNS=Other Campaigns,DIRECT_TRAFFIC=Direct Traffic,OFFLINE=Offline Sources,"
    "PAID_SOCIAL=Paid Social,AI_REFERRALS=AI Referrals"
)
_BOUNCES = (
    "OTHER=Other,UNKNOWN_USER=Unknown user,MAILBOX_FULL=Mailbox full,CONTENT=Content,SPAM=Spam,POLICY=Policy,"
    "PENDING_REQUEST=Pending Request,BLOCKED=Blocked,BLOCKED_DOMAIN=Blocked domain,DMARC=DMARC,"
    "RECIPIENT_NOT_FOUND=Recipient not found"
)
_YES_NO = "true=Yes,false=No"
_INDUSTRIES = ",".join(
    f"{name}={name.replace('_', ' ').title()}"
    for name in (
        "ACCOUNTING AIRLINES_AVIATION ALTERNATIVE_DISPUTE_RESOLUTION ALTERNATIVE_MEDICINE ANIMATION APPAREL_FASHION "
        "ARCHITECTURE_PLANNING ARTS_AND_CRAFTS AUTOMOTIVE AVIATION_AEROSPACE BANKING BIOTECHNOLOGY BROADCAST_MEDIA "
        "BUILDING_MATERIALS BUSINESS_SUPPLIES_AND_EQUIPMENT CAPITAL_MARKETS CHEMICALS CIVIC_SOCIAL_ORGANIZATION "
        "CIVIL_ENGINEERING COMMERCIAL_REAL_ESTATE COMPUTER_NETWORK_SECURITY COMPUTER_GAMES COMPUTER_HARDWARE "
        "COMPUTER_NETWORKING COMPUTER_SOFTWARE INTERNET CONSTRUCTION CONSUMER_ELECTRONICS CONSUMER_GOODS CONSUMER_SERVICES "
        "COSMETICS DAIRY DEFENSE_SPACE DESIGN EDUCATION_MANAGEMENT E_LEARNING ELECTRICAL_ELECTRONIC_MANUFACTURING "
        "ENTERTAINMENT ENVIRONMENTAL_SERVICES EVENTS_SERVICES EXECUTIVE_OFFICE FACILITIES_SERVICES FARMING FINANCIAL_SERVICES "
        "FINE_ART FISHERY FOOD_BEVERAGES FOOD_PRODUCTION FUND_RAISING FURNITURE GAMBLING_CASINOS GLASS_CERAMICS_CONCRETE "
        "GOVERNMENT_ADMINISTRATION GOVERNMENT_RELATIONS GRAPHIC_DESIGN HEALTH_WELLNESS_AND_FITNESS HIGHER_EDUCATION "
        "HOSPITAL_HEALTH_CARE HOSPITALITY HUMAN_RESOURCES IMPORT_AND_EXPORT INDIVIDUAL_FAMILY_SERVICES INDUSTRIAL_AUTOMATION "
        "INFORMATION_SERVICES INFORMATION_TECHNOLOGY_AND_SERVICES INSURANCE INTERNATIONAL_AFFAIRS "
        "INTERNATIONAL_TRADE_AND_DEVELOPMENT INVESTMENT_BANKING INVESTMENT_MANAGEMENT JUDICIARY LAW_ENFORCEMENT LAW_PRACTICE "
        "LEGAL_SERVICES LEGISLATIVE_OFFICE LEISURE_TRAVEL_TOURISM LIBRARIES LOGISTICS_AND_SUPPLY_CHAIN LUXURY_GOODS_JEWELRY "
        "MACHINERY MANAGEMENT_CONSULTING MARITIME MARKET_RESEARCH MARKETING_AND_ADVERTISING MECHANICAL_OR_INDUSTRIAL_ENGINEERING "
        "MEDIA_PRODUCTION MEDICAL_DEVICES MEDICAL_PRACTICE MENTAL_HEALTH_CARE MILITARY MINING_METALS MOTION_PICTURES_AND_FILM "
        "MUSEUMS_AND_INSTITUTIONS MUSIC NANOTECHNOLOGY NEWSPAPERS NON_PROFIT_ORGANIZATION_MANAGEMENT OIL_ENERGY ONLINE_MEDIA "
        "OUTSOURCING_OFFSHORING PACKAGE_FREIGHT_DELIVERY PACKAGING_AND_CONTAINERS PAPER_FOREST_PRODUCTS PERFORMING_ARTS "
        "PHARMACEUTICALS PHILANTHROPY PHOTOGRAPHY PLASTICS POLITICAL_ORGANIZATION PRIMARY_SECONDARY_EDUCATION PRINTING "
        "PROFESSIONAL_TRAINING_COACHING PROGRAM_DEVELOPMENT PUBLIC_POLICY PUBLIC_RELATIONS_AND_COMMUNICATIONS PUBLIC_SAFETY "
        "PUBLISHING RAILROAD_MANUFACTURE RANCHING REAL_ESTATE RECREATIONAL_FACILITIES_AND_SERVICES RELIGIOUS_INSTITUTIONS "
        "RENEWABLES_ENVIRONMENT RESEARCH RESTAURANTS RETAIL SECURITY_AND_INVESTIGATIONS SEMICONDUCTORS SHIPBUILDING "
        "SPORTING_GOODS SPORTS STAFFING_AND_RECRUITING SUPERMARKETS TELECOMMUNICATIONS TEXTILES THINK_TANKS TOBACCO "
        "TRANSLATION_AND_LOCALIZATION TRANSPORTATION_TRUCKING_RAILROAD UTILITIES VENTURE_CAPITAL_PRIVATE_EQUITY VETERINARY "
        "WAREHOUSING WHOLESALE WINE_AND_SPIRITS WIRELESS WRITING_AND_EDITING MOBILE_GAMES"
    ).split()
)


def _stage_dates() -> str:
    lines = [
        f"hs_lifecyclestage_{stage}_date | Became a {stage} date | datetime | date | contactinformation | r"
        for stage in _STAGE_NAMES
    ]
    return "\n".join(lines)


_CONTACTS = f"""
email | Email | string | text | contactinformation | u
firstname | First Name | string | text | contactinformation
lastname | Last Name | string | text | contactinformation
salutation | Salutation | string | text | contactinformation
phone | Phone Number | string | phonenumber | contactinformation
mobilephone | Mobile Phone Number | string | phonenumber | contactinformation
fax | Fax Number | string | text | contactinformation
company | Company Name | string | text | contactinformation
jobtitle | Job Title | string | text | contactinformation
job_function | Job function | string | text | contactinformation
seniority | Seniority | string | text | contactinformation
hs_buying_role | Buying Role | enumeration | checkbox | sales_properties | | \
BLOCKER=Blocker,BUDGET_HOLDER=Budget Holder,CHAMPION=Champion,DECISION_MAKER=Decision Maker,END_USER=End User,\
EXECUTIVE_SPONSOR=Executive Sponsor,INFLUENCER=Influencer,LEGAL_AND_COMPLIANCE=Legal & Compliance,OTHER=Other
website | Website URL | string | text | contactinformation
address | Street Address | string | text | contactinformation
city | City | string | text | contactinformation
state | State/Region | string | text | contactinformation
zip | Postal Code | string | text | contactinformation
country | Country/Region | string | text | contactinformation
industry | Industry | string | text | contactinformation
annualrevenue | Annual Revenue | string | text | contactinformation
numemployees | Number of Employees | enumeration | select | contactinformation | | \
1-5,5-25,25-50,50-100,100-500,500-1000,1000+
message | Message | string | textarea | contactinformation
lifecyclestage | Lifecycle Stage | enumeration | radio | contactinformation | | {_STAGES}
hs_lead_status | Lead Status | enumeration | radio | sales_properties | | {_LEAD_STATUS}
hs_persona | Persona | enumeration | select | contactinformation | | persona_1=Buyer,persona_2=User
hubspotscore | HubSpot Score | number | number | contactinformation | r
hs_predictivecontactscore_v2 | Likelihood to close | number | number | contactinformation | r
hs_analytics_source | Original Traffic Source | enumeration | select | analyticsinformation | r | {_SOURCES}
hs_analytics_source_data_1 | Original Traffic Source Drill-Down 1 | string | text | analyticsinformation | r
hs_analytics_source_data_2 | Original Traffic Source Drill-Down 2 | string | text | analyticsinformation | r
hs_latest_source | Latest Traffic Source | enumeration | select | analyticsinformation | r | {_SOURCES}
hs_latest_source_timestamp | Latest Traffic Source Date | datetime | date | analyticsinformation | r
hs_analytics_num_page_views | Number of Pageviews | number | number | analyticsinformation | r
hs_analytics_num_visits | Number of Sessions | number | number | analyticsinformation | r
hs_analytics_num_event_completions | Number of event completions | number | number | analyticsinformation | r
hs_analytics_first_url | First Page Seen | string | text | analyticsinformation | r
hs_analytics_last_url | Last Page Seen | string | text | analyticsinformation | r
hs_analytics_first_timestamp | Time First Seen | datetime | date | analyticsinformation | r
hs_analytics_last_timestamp | Time Last Seen | datetime | date | analyticsinformation | r
hs_analytics_last_visit_timestamp | Time of Last Session | datetime | date | analyticsinformation | r
hs_analytics_first_referrer | First Referring Site | string | text | analyticsinformation | r
hs_email_optout | Unsubscribed from all email | bool | booleancheckbox | emailinformation | r | {_YES_NO}
hs_email_bounce | Marketing emails bounced | number | number | emailinformation | r
hs_email_hard_bounce_reason_enum | Email hard bounce reason | enumeration | select | emailinformation | r | {_BOUNCES}
hs_email_hard_bounce_reason | Email hard bounce reason text | string | text | emailinformation | r
hs_email_bad_address | Invalid email address | bool | booleancheckbox | emailinformation | r | {_YES_NO}
hs_email_quarantined | Email address quarantined | bool | booleancheckbox | emailinformation | r | {_YES_NO}
hs_email_delivered | Marketing emails delivered | number | number | emailinformation | r
hs_email_open | Marketing emails opened | number | number | emailinformation | r
hs_email_click | Marketing emails clicked | number | number | emailinformation | r
hs_email_replied | Marketing emails replied | number | number | emailinformation | r
hs_email_last_open_date | Last marketing email open date | datetime | date | emailinformation | r
hs_email_last_click_date | Last marketing email click date | datetime | date | emailinformation | r
hs_email_last_email_name | Last marketing email name | string | text | emailinformation | r
hs_email_domain | Email Domain | string | text | contactinformation | r
hs_additional_emails | Additional email addresses | enumeration | checkbox | contactinformation | x
hs_all_contact_vids | All vids for a contact | enumeration | checkbox | contactinformation | rx
hs_merged_object_ids | Merged record IDs | enumeration | checkbox | contactinformation | rx
hs_calculated_merged_vids | Merged vids with timestamps of a contact | enumeration | checkbox | contactinformation | rx
hs_legal_basis | Legal basis for processing contact's data | enumeration | checkbox | contactinformation | x | \
Legitimate interest – prospect/lead,Legitimate interest – existing customer,Freely given consent from contact,Not applicable
hs_language | Preferred language | enumeration | select | contactinformation | x | en=English,de=German,fr=French,es=Spanish
hs_marketable_status | Marketing contact status | enumeration | select | contactinformation | r | \
true=Marketing contact,false=Non-marketing contact
hs_linkedin_url | LinkedIn URL | string | text | contactinformation
hs_timezone | Time Zone | enumeration | select | contactinformation | x
hs_object_source | Record source | enumeration | select | contactinformation | rx
hs_object_source_label | Record source label | enumeration | select | contactinformation | rx
hs_sequences_is_enrolled | Currently in Sequence | bool | booleancheckbox | contactinformation | r | {_YES_NO}
hubspot_owner_id | Contact owner | enumeration | select | sales_properties | x
hubspot_owner_assigneddate | Owner assigned date | datetime | date | sales_properties | r
hubspot_team_id | HubSpot Team | enumeration | select | sales_properties | rx
associatedcompanyid | Primary Associated Company ID | number | number | contactinformation
num_associated_deals | Number of Associated Deals | number | number | sales_properties | r
num_conversion_events | Number of Form Submissions | number | number | conversioninformation | r
num_unique_conversion_events | Number of Unique Forms Submitted | number | number | conversioninformation | r
recent_conversion_event_name | Recent Conversion | string | text | conversioninformation | r
recent_conversion_date | Recent Conversion Date | datetime | date | conversioninformation | r
first_conversion_event_name | First Conversion | string | text | conversioninformation | r
first_conversion_date | First Conversion Date | datetime | date | conversioninformation | r
notes_last_updated | Last Activity Date | datetime | date | sales_properties | r
notes_last_contacted | Last Contacted | datetime | date | sales_properties | r
notes_next_activity_date | Next Activity Date | datetime | date | sales_properties | r
num_notes | Number of Sales Activities | number | number | sales_properties | r
num_contacted_notes | Number of times contacted | number | number | sales_properties | r
hs_sales_email_last_replied | Recent Sales Email Replied Date | datetime | date | sales_properties | r
closedate | Close Date | datetime | date | contactinformation
days_to_close | Days To Close | number | number | contactinformation | r
date_of_birth | Date of birth | string | text | contactinformation
createdate | Create Date | datetime | date | contactinformation | r
lastmodifieddate | Last Modified Date | datetime | date | contactinformation | r
hs_object_id | Record ID | number | number | contactinformation | r
{_stage_dates()}
"""

_COMPANIES = f"""
name | Company name | string | text | companyinformation
domain | Company Domain Name | string | text | companyinformation
website | Website URL | string | text | companyinformation
phone | Phone Number | string | phonenumber | companyinformation
address | Street Address | string | text | companyinformation
address2 | Street Address 2 | string | text | companyinformation
city | City | string | text | companyinformation
state | State/Region | string | text | companyinformation
zip | Postal Code | string | text | companyinformation
country | Country/Region | string | text | companyinformation
industry | Industry | enumeration | select | companyinformation | | {_INDUSTRIES}
description | Description | string | textarea | companyinformation
about_us | About Us | string | textarea | companyinformation
numberofemployees | Number of Employees | number | number | companyinformation
annualrevenue | Annual Revenue | number | number | companyinformation
founded_year | Year Founded | string | text | companyinformation
is_public | Is Public | bool | booleancheckbox | companyinformation | | {_YES_NO}
timezone | Time Zone | string | text | companyinformation
type | Type | enumeration | select | companyinformation | | \
PROSPECT=Prospect,PARTNER=Partner,RESELLER=Reseller,VENDOR=Vendor,OTHER=Other
lifecyclestage | Lifecycle Stage | enumeration | radio | companyinformation | | {_STAGES}
hs_lead_status | Lead Status | enumeration | radio | companyinformation | | {_LEAD_STATUS}
hs_is_target_account | Target Account | bool | booleancheckbox | target_accounts | | {_YES_NO}
hs_ideal_customer_profile | Ideal Customer Profile Tier | enumeration | select | target_accounts | | tier_1=Tier 1,tier_2=Tier 2,tier_3=Tier 3
hs_num_decision_makers | Number of decision makers | number | number | target_accounts | r
hs_num_contacts_with_buying_roles | Number of contacts with a buying role | number | number | target_accounts | r
hs_additional_domains | Additional domains | enumeration | checkbox | companyinformation | x
hs_parent_company_id | Parent Company | number | number | companyinformation | r
hs_num_child_companies | Number of child companies | number | number | companyinformation | r
hs_merged_object_ids | Merged record IDs | enumeration | checkbox | companyinformation | rx
hs_analytics_source | Original Traffic Source | enumeration | select | analyticsinformation | r | {_SOURCES}
hs_analytics_num_page_views | Number of Pageviews | number | number | analyticsinformation | r
hs_analytics_num_visits | Number of Sessions | number | number | analyticsinformation | r
hubspot_owner_id | Company owner | enumeration | select | companyinformation | x
hubspot_owner_assigneddate | Owner Assigned Date | datetime | date | companyinformation | r
linkedin_company_page | LinkedIn Company Page | string | text | companyinformation
twitterhandle | Twitter Handle | string | text | companyinformation
num_associated_contacts | Number of Associated Contacts | number | number | companyinformation | r
num_associated_deals | Number of Associated Deals | number | number | companyinformation | r
notes_last_updated | Last Activity Date | datetime | date | companyinformation | r
notes_last_contacted | Last Contacted | datetime | date | companyinformation | r
num_notes | Number of Sales Activities | number | number | companyinformation | r
closedate | Close Date | datetime | date | companyinformation
createdate | Create Date | datetime | date | companyinformation | r
hs_lastmodifieddate | Last Modified Date | datetime | date | companyinformation | r
hs_object_id | Record ID | number | number | companyinformation | r
"""

_DEALS = """
dealname | Deal Name | string | text | dealinformation
amount | Amount | number | number | dealinformation
deal_currency_code | Currency | enumeration | select | dealinformation | x | USD,EUR,GBP
dealstage | Deal Stage | enumeration | radio | dealinformation | x | \
appointmentscheduled=Appointment Scheduled,qualifiedtobuy=Qualified To Buy,presentationscheduled=Presentation Scheduled,\
decisionmakerboughtin=Decision Maker Bought-In,contractsent=Contract Sent,closedwon=Closed Won,closedlost=Closed Lost
pipeline | Pipeline | enumeration | select | dealinformation | x | default=Sales Pipeline
dealtype | Deal Type | enumeration | radio | dealinformation | | newbusiness=New Business,existingbusiness=Existing Business
description | Deal Description | string | textarea | dealinformation
closedate | Close Date | datetime | date | dealinformation
closed_lost_reason | Closed Lost Reason | string | textarea | dealinformation
closed_won_reason | Closed Won Reason | string | textarea | dealinformation
hs_is_closed | Is Deal Closed? | bool | booleancheckbox | dealinformation | r | true=True,false=False
hs_is_closed_won | Is Closed Won | bool | booleancheckbox | dealinformation | r | true=True,false=False
hs_priority | Priority | enumeration | select | dealinformation | | low=Low,medium=Medium,high=High
num_associated_contacts | Number of Associated Contacts | number | number | dealinformation | r
hubspot_owner_id | Deal owner | enumeration | select | dealinformation | x
hs_merged_object_ids | Merged record IDs | enumeration | checkbox | dealinformation | rx
notes_last_updated | Last Activity Date | datetime | date | dealinformation | r
createdate | Create Date | datetime | date | dealinformation | r
hs_lastmodifieddate | Last Modified Date | datetime | date | dealinformation | r
hs_object_id | Record ID | number | number | dealinformation | r
"""

_TICKETS = """
subject | Ticket name | string | text | ticketinformation
content | Ticket description | string | textarea | ticketinformation
hs_pipeline | Pipeline | enumeration | select | ticketinformation | x | 0=Support Pipeline
hs_pipeline_stage | Ticket status | enumeration | select | ticketinformation | x | \
1=New,2=Waiting on contact,3=Waiting on us,4=Closed
hs_ticket_priority | Priority | enumeration | select | ticketinformation | | LOW=Low,MEDIUM=Medium,HIGH=High,URGENT=Urgent
hs_ticket_category | Category | enumeration | select | ticketinformation | x | \
PRODUCT_ISSUE=Product Issue,BILLING_ISSUE=Billing Issue,FEATURE_REQUEST=Feature Request,GENERAL_INQUIRY=General Inquiry
hs_ticket_id | Ticket ID | number | number | ticketinformation | r
source_type | Source | enumeration | select | ticketinformation | x | CHAT=Chat,EMAIL=Email,FORM=Form,PHONE=Phone
hs_resolution | Resolution | enumeration | select | ticketinformation | x
closed_date | Close date | datetime | date | ticketinformation | r
last_reply_date | Last Customer Reply Date | datetime | date | ticketinformation | r
hs_merged_object_ids | Merged record IDs | enumeration | checkbox | ticketinformation | rx
hubspot_owner_id | Ticket owner | enumeration | select | ticketinformation | x
createdate | Create date | datetime | date | ticketinformation | r
hs_lastmodifieddate | Last modified date | datetime | date | ticketinformation | r
hs_object_id | Record ID | number | number | ticketinformation | r
"""

_ENGAGEMENT = """
hs_timestamp | Activity date | datetime | date | engagement
hubspot_owner_id | Activity assigned to | enumeration | select | engagement | x
hs_attachment_ids | Attached file IDs | enumeration | checkbox | engagement | x
hs_activity_type | Activity type | enumeration | select | engagement | x
hs_body_preview | Body preview | string | text | engagement | r
hs_createdate | Create date | datetime | date | engagement | r
hs_lastmodifieddate | Last modified date | datetime | date | engagement | r
hs_object_id | Record ID | number | number | engagement | r
"""

_OWN_OF_ENGAGEMENTS = {
    "notes": "hs_note_body | Note body | string | html | note",
    "calls": """
hs_call_title | Call Title | string | text | call
hs_call_body | Call notes | string | html | call
hs_call_direction | Call direction | enumeration | select | call | | INBOUND=Inbound,OUTBOUND=Outbound
hs_call_disposition | Call outcome | enumeration | select | call | x
hs_call_duration | Call duration | number | number | call
hs_call_from_number | From Number | string | text | call
hs_call_to_number | To Number | string | text | call
hs_call_recording_url | Recording URL | string | text | call
hs_call_status | Call status | enumeration | select | call | x | BUSY,COMPLETED,CONNECTING,FAILED,NO_ANSWER,QUEUED,RINGING""",
    "emails": """
hs_email_subject | Email subject | string | text | email
hs_email_text | Email body | string | textarea | email
hs_email_html | Email HTML | string | html | email
hs_email_direction | Email direction | enumeration | select | email | | EMAIL=Email,INCOMING_EMAIL=Incoming Email,FORWARDED_EMAIL=Forwarded Email
hs_email_status | Email send status | enumeration | select | email | | BOUNCED,FAILED,SCHEDULED,SENDING,SENT
hs_email_from_email | Email From Address | string | text | email
hs_email_to_email | Email To Address | string | text | email
hs_email_headers | Email headers | string | text | email""",
    "meetings": """
hs_meeting_title | Meeting name | string | text | meeting
hs_meeting_body | Meeting description | string | html | meeting
hs_internal_meeting_notes | Internal meeting notes | string | html | meeting
hs_meeting_location | Meeting location | string | text | meeting
hs_meeting_start_time | Meeting start time | datetime | date | meeting
hs_meeting_end_time | Meeting end time | datetime | date | meeting
hs_meeting_outcome | Meeting outcome | enumeration | select | meeting | x | SCHEDULED,COMPLETED,RESCHEDULED,NO_SHOW=No show,CANCELED""",
    "tasks": """
hs_task_subject | Task Title | string | text | task
hs_task_body | Task notes | string | html | task
hs_task_status | Task Status | enumeration | select | task | | NOT_STARTED=Not started,IN_PROGRESS=In progress,WAITING=Waiting,COMPLETED=Completed,DEFERRED=Deferred
hs_task_priority | Priority | enumeration | select | task | | NONE=None,LOW=Low,MEDIUM=Medium,HIGH=High
hs_task_type | Task Type | enumeration | select | task | | EMAIL=Email,CALL=Call,TODO=To-do
hs_task_completion_date | Completed at | datetime | date | task | r""",
    "communications": """
hs_communication_channel_type | Channel type | enumeration | select | communication | | WHATS_APP=WhatsApp,LINKEDIN_MESSAGE=LinkedIn,SMS
hs_communication_body | Communication body | string | html | communication
hs_communication_logged_from | Logged from | enumeration | select | communication | | CRM""",
    "feedback_submissions": """
hs_survey_name | Survey name | string | text | feedback
hs_survey_id | Survey ID | number | number | feedback
hs_survey_type | Survey type | enumeration | select | feedback | | NPS=Loyalty,CES=Support,CSAT=Satisfaction,CUSTOM=Custom,KNOWLEDGE=Knowledge Base
hs_survey_channel | Survey channel | enumeration | select | feedback | | EMAIL=Email,WEB=Web,WEB_PAGE=Web page,LINK=Link
hs_submission_name | Submission name | string | text | feedback
hs_submission_timestamp | Submission date | datetime | date | feedback
hs_submission_url | Submission URL | string | text | feedback
hs_value | Rating | number | number | feedback
hs_response_group | Sentiment | enumeration | select | feedback | x
hs_sentiment | Sentiment class | enumeration | select | feedback | x
hs_content | Response | string | textarea | feedback
hs_contact_id | Contact ID | number | number | feedback
hs_contact_email_rollup | Contact email | string | text | feedback
hs_form_guid | Form id | string | text | feedback""",
    "leads": """
hs_lead_name | Lead name | string | text | lead
hs_lead_type | Lead type | enumeration | select | lead | x | NEW_BUSINESS=New business,RE_ATTEMPTING=Re-attempting,UPSELL=Upsell
hs_lead_label | Lead label | enumeration | select | lead | | HOT=Hot,WARM=Warm,COLD=Cold
hs_pipeline | Pipeline | enumeration | select | lead | x | lead-pipeline-id=Lead pipeline
hs_pipeline_stage | Pipeline stage | enumeration | select | lead | x""",
}

_GOODS = """
name | Name | string | text | information
price | Unit price | number | number | information
quantity | Quantity | number | number | information
hs_sku | SKU | string | text | information
description | Description | string | textarea | information
hs_product_id | Product ID | number | number | information
createdate | Create date | datetime | date | information | r
hs_lastmodifieddate | Last modified date | datetime | date | information | r
hs_object_id | Record ID | number | number | information | r
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One property as written above."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    read_only: bool
    unique: bool
    open_ended: bool
    options: tuple[tuple[str, str], ...]


def standard_lines(kind: str) -> Iterator[Line]:
    """The properties a kind of object has from the start."""
    texts = {"contacts": _CONTACTS, "companies": _COMPANIES, "deals": _DEALS, "tickets": _TICKETS, "products": _GOODS}
    text = texts.get(kind) or (
        _GOODS if kind == "line_items" else _ENGAGEMENT + "\n" + _OWN_OF_ENGAGEMENTS.get(kind, "")
    )
    for line in text.splitlines():
        if line.strip():
            yield _line(line)


def _line(text: str) -> Line:
    parts = [part.strip() for part in text.split("|")]
    parts += [""] * (7 - len(parts))
    if "," in parts[5] or "=" in parts[5]:
        parts[5:7] = ["", parts[5]]
    name, label, type_, field_type, group, flags, options = parts
    pairs = [option.partition("=") for option in options.split(",") if option]
    return Line(
        name,
        label,
        type_,
        field_type,
        group,
        "r" in flags,
        "u" in flags,
        "x" in flags,
        tuple((value, caption or value.replace("_", " ").capitalize()) for value, _, caption in pairs),
    )
