"""A leak for every provider's format, at a place whose name says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.secrets.labelled.builders import SECRET
from tests.secrets.labelled.sheet import table

if TYPE_CHECKING:
    from tests.secrets.labelled.sheet import Case

IDENTIFIERS = ("access key", "key id", "secret id")
ELSEWHERE = ("private key", "private key of PuTTY", "JSON Web Token")
AROUND = {
    "Azure signed URL": "https://shop.blob.core.windows.net/feed/orders.csv?sp=r&sv=2024-11-04&sr=b&{}",
    "Azure storage key": "DefaultEndpointsProtocol=https;AccountName=shop;{};EndpointSuffix=core.windows.net",
    "Azure shared access key": "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=send;{}",
    "Discord webhook": "https://{}",
    "Slack webhook": "https://{}",
    "Teams webhook": "https://acme.{}",
}
PLACES = (
    ("env", "FEED_VALUE"),
    ("cm", "vendor"),
    ("values", "integration.vendor"),
    ("sd", "value"),
    ("arg", "--vendor"),
    ("yml", "vendor.value"),
    ("data", "vendor"),
    ("dotenv", "VENDOR"),
    ("spec:acme.example/v1/Feed", "source.value"),
    ("json", "vendor.value"),
    ("sh", "vendorctl init"),
    ("ann", "acme.io/vendor"),
    ("param", "vendor.value"),
    ("props", "vendor.value"),
    ("comment", "see"),
    ("toml", "vendor"),
    ("flux", "vendor.value"),
    ("ini", "vendor"),
    ("literal", "vendor"),
    ("header", "X-Vendor"),
)


def cases() -> list[Case]:
    """One case for every format that a person would rotate."""
    from tests.secrets.fakes import FAKES

    rows = ["%% token"]
    for number, name in enumerate(sorted(FAKES)):
        if name.lower().endswith(IDENTIFIERS) or name in ELSEWHERE:
            continue
        slug = "".join(x for x in name.title() if x.isalnum())
        builder = "fake" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
        SECRET[builder] = FAKES[name]
        place, key = PLACES[number % len(PLACES)]
        value = AROUND.get(name, "{}").format(f"$<{builder}>")
        rows.append(f"token-{slug.lower()}  {place}  {key}  {value}")
    return table("\n".join(rows), leak=True)
