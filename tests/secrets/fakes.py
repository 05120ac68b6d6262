"""Credentials that nobody issued: of the right shape, with random content and right checksums.

They are put together at run time: no scanner finds one in this repository.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits

Fake = Callable[[Random], str]

CAPITAL = digits + ascii_uppercase
SMALL = digits + ascii_lowercase
WORD = digits + ascii_uppercase + ascii_lowercase
TEXT = WORD + "_-"
BASE64 = WORD + "+/"
HEX = digits + "abcdef"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def run(random: Random, alphabet: str, length: int) -> str:
    """Random letters that neither repeat one nor form words."""
    return "".join(random.choice(alphabet) for _ in range(length))


def _of(heads: str | Sequence[str], *parts: str | tuple[str, int]) -> Fake:
    """A fake of one of some heads, and of texts and runs: an alphabet and a length."""

    def fake(random: Random) -> str:
        head = heads if isinstance(heads, str) else random.choice(heads)
        tail = (part if isinstance(part, str) else run(random, *part) for part in parts)
        return head + "".join(tail)

    return fake


def _uuid(random: Random) -> str:
    return "-".join(run(random, HEX, length) for length in (8, 4, 4, 4, 12))


def _json(value: object, *, padding: bool = False) -> str:
    text = base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()
    return text if padding else text.rstrip("=")


def in_base(number: int, alphabet: str, width: int) -> str:
    """A number in digits of an alphabet."""
    text = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return text.rjust(width, alphabet[0])


def _with_github_checksum(heads: Sequence[str]) -> Fake:
    def fake(random: Random) -> str:
        body = run(random, WORD, 30)
        return random.choice(heads) + body + in_base(zlib.crc32(body.encode()), WORD, 6)

    return fake


def _gitlab_routable(random: Random) -> str:
    payload = run(random, TEXT, 60)
    head = random.choice(["glpat-", "glrt-t1_", "gldt-"]) + f"{payload}.01.{in_base(60, SMALL, 2)}"
    return head + in_base(zlib.crc32(head.encode()), SMALL, 7)


def _grafana(random: Random) -> str:
    head = "glsa" + "_" + run(random, WORD, 32)
    return f"{head}_{zlib.crc32(head.encode()).to_bytes(4, 'little').hex()}"


def bech32_checksum(name: str, data: str) -> str:
    """The six letters that complete data in Bech32, by the generator polynomial of BIP 173."""
    values = [ord(x) >> 5 for x in name] + [0] + [ord(x) & 31 for x in name]
    checksum = 1
    for value in [*values, *map(BECH32.index, data), 0, 0, 0, 0, 0, 0]:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate([0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]):
            if top >> bit & 1:
                checksum ^= term
    checksum ^= 1
    return "".join(BECH32[checksum >> 5 * (5 - i) & 31] for i in range(6))


def _age(random: Random) -> str:
    data = run(random, BECH32, 52)
    return ("age-secret-key-" + "1" + data + bech32_checksum("age-secret-key-", data)).upper()


def _jwt(random: Random) -> str:
    header = {"alg": random.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    payload = {"sub": run(random, WORD, 20), "iat": random.randrange(10**9), "iss": "kubernetes"}
    return f"{_json(header)}.{_json(payload)}.{run(random, TEXT, 43)}"


def _discord(random: Random) -> str:
    number = str(random.randrange(10**17, 10**18)).encode()
    return f"{base64.b64encode(number).decode()}.{run(random, TEXT, 6)}.{run(random, TEXT, 38)}"


def _private_key(random: Random) -> str:
    kind = random.choice(["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA "])
    lines = [run(random, BASE64, 64) for _ in range(6)]
    edge = "-" * 5
    return "\n".join(
        [f"{edge}BEGIN {kind}PRIVATE KEY{edge}", *lines, f"{edge}END {kind}PRIVATE KEY{edge}"]
    )


def _putty(random: Random) -> str:
    return "PuTTY-User-Key-" + f"File-{random.choice('23')}: ssh-ed25519"


def _teams(random: Random) -> str:
    host = "webhook." + "office.com/webhookb2/"
    return f"{host}{_uuid(random)}@{_uuid(random)}/IncomingWebhook/{run(random, HEX, 32)}/{_uuid(random)}"


def _onepassword(random: Random) -> str:
    return (
        "ops" + "_" + _json({"email": run(random, WORD, 20), "secretKey": run(random, CAPITAL, 60)})
    )


def _grafana_key(random: Random) -> str:
    return _json({"k": run(random, WORD, 32), "n": "key", "id": 1}, padding=True)


def _grafana_cloud(random: Random) -> str:
    return "glc" + "_" + _json({"o": "1", "n": run(random, WORD, 6), "k": run(random, WORD, 24)})


def _sentry(random: Random) -> str:
    value = {
        "iat": random.randrange(10**9),
        "url": "https://sentry.io",
        "org": run(random, SMALL, 12),
    }
    return f"sntrys_{_json(value, padding=True)}_{run(random, BASE64, 43)}"


FAKES: dict[str, Fake] = {
    "1Password secret key": _of("A3-", (CAPITAL, 6), "-", (CAPITAL, 6), *("-", (CAPITAL, 5)) * 4),
    "1Password token": _onepassword,
    "AWS Bedrock key": _of("ABSK", (BASE64, 130), "=="),
    "AWS access key id": _of(["AKIA", "ASIA"], (CAPITAL, 16)),
    "Adafruit IO key": _of("aio_", (WORD, 28)),
    "Adobe client secret": _of("p8e-", (TEXT, 31), (WORD, 1)),
    "Aikido secret": _of("AIK_SECRET_", (WORD, 64)),
    "Airtable token": _of("pat", (WORD, 14), ".", (HEX, 64)),
    "Aiven password": _of("AVNS_", (TEXT, 19)),
    "Alibaba Cloud access key id": _of("LTAI", (WORD, 20)),
    "Anthropic key": _of("sk-ant-", "api03-", (TEXT, 93), "AA"),
    "Apify token": _of("apify_api_", (WORD, 36)),
    "Artifactory key": _of("AKCp", (WORD, 69)),
    "Artifactory reference token": _of("cmVmdGtuOjAx", (WORD, 52)),
    "Atlassian token": _of(["ATATT3", "ATCTT3"], (TEXT, 177), "=", (CAPITAL[:16], 8)),
    "Azure DevOps token": _of("", (WORD, 76), "AZDO", (WORD, 4)),
    "Azure client secret": _of("", (WORD, 3), "8", "Q~", (TEXT + "~.", 33), (WORD, 1)),
    "Azure service key": _of("", (BASE64, 76), "+ASt", (BASE64, 6), "=="),
    "Azure shared access key": _of("SharedAccessKey=", (BASE64, 43), "="),
    "Azure signed URL": _of("sig=", (WORD, 20), "%2B", (WORD, 22), "%3D"),
    "Azure storage key": _of("AccountKey=", (BASE64, 86), "=="),
    "Bitbucket app password": _of("ATBB", (WORD, 24), (CAPITAL[:16], 8)),
    "Brevo key": _of(["xkeysib-", "xsmtpsib-"], (HEX, 64), "-", (WORD, 16)),
    "Buildkite token": _of("bkua_", (SMALL, 40)),
    "Cerebras key": _of("csk-", (SMALL, 48)),
    "CircleCI token": _of(["CCIPAT_", "CCIPRJ_"], (WORD, 22), "_", (HEX, 40)),
    "Clojars token": _of("CLOJARS_", (HEX, 60)),
    "Cloudflare origin CA key": _of("v1.0-", (HEX, 24), "-", (HEX, 146)),
    "Cloudflare token": _of(["cfat_", "cfut_"], (WORD, 40), (HEX, 8)),
    "CockroachDB Cloud key": _of("CCDB1_", (WORD, 22), "_", (WORD, 40)),
    "Confluent secret": _of("cflt", (BASE64, 60)),
    "Contentful token": _of("CFPAT-", (TEXT, 43)),
    "Databricks token": _of(["dapi", "dose"], (HEX, 32)),
    "DigitalOcean token": _of(["doo_v1_", "dop_v1_", "dor_v1_"], (HEX, 64)),
    "Discord bot token": _discord,
    "Discord webhook": _of(
        ["discord.com/api/webhooks/", "discordapp.com/api/v10/webhooks/"],
        ("123456789", 18),
        "/",
        (TEXT, 68),
    ),
    "Docker Hub token": _of(["dckr_oat_", "dckr_pat_"], (TEXT, 27)),
    "Docker Swarm key": _of("SWMTKN-1-", (SMALL, 50), "-", (SMALL, 25)),
    "Doppler token": _of(["dp.ct.", "dp.pt.", "dp.st.dev.", "dp.audit."], (WORD, 43)),
    "Dropbox token": _of("sl.", (TEXT, 140)),
    "Duffel token": _of(["duffel_live_", "duffel_test_"], (TEXT, 43)),
    "Dynatrace token": _of("dt0c01.", (CAPITAL, 24), ".", (CAPITAL, 64)),
    "EasyPost key": _of(["EZAK", "EZTK"], (WORD, 54)),
    "Elastic Cloud key": _of("essu_", (TEXT, 90), "=="),
    "ElevenLabs key": _of("sk_", (HEX, 48)),
    "Facebook token": _of("EAA", (WORD, 180)),
    "Figma token": _of("figd_", (TEXT, 40)),
    "Flutterwave key": _of(["FLWSECK-", "FLWSECK_TEST-"], (HEX, 32), "-X"),
    "Fly.io token": _of(["fm1a_", "fm1r_", "fm2_"], (BASE64, 180), "="),
    "Frame.io token": _of("fio-u-", (TEXT, 64)),
    "Gemini key": _of("AQ.Ab8RN6", (TEXT, 44)),
    "GitHub fine-grained token": _of("github_pat_", (WORD, 22), "_", (WORD, 59)),
    "GitHub token": _with_github_checksum(["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]),
    "GitLab routable token": _gitlab_routable,
    "GitLab token": _of(["glpat-", "gldt-", "glrt-", "glft-", "glsoat-"], (TEXT, 20)),
    "Google API key": _of("AIza", (TEXT, 35)),
    "Google client secret": _of("GOCSPX-", (TEXT, 28)),
    "Google refresh token": _of("1//0", (WORD, 1), (TEXT, 99)),
    "Google token": _of("ya29.", (TEXT, 70)),
    "Grafana Cloud token": _grafana_cloud,
    "Grafana key": _grafana_key,
    "Grafana token": _grafana,
    "Groq key": _of("gsk_", (WORD, 52)),
    "Harness token": _of(["pat.", "sat."], (TEXT, 22), ".", (HEX, 24), ".", (WORD, 20)),
    "Heroku token": _of("HRKU-AA", (TEXT, 58)),
    "Honeycomb key": _of(["hcaic_", "hcaik_"], (SMALL, 58)),
    "HubSpot token": lambda random: random.choice(["pat-na1-", "pat-eu1-"]) + _uuid(random),
    "Hugging Face token": _of(["api_org_", "hf_"], (WORD, 34)),
    "Infisical token": _of("st.", (HEX, 24), ".", (HEX, 32), ".", (HEX, 32)),
    "Infracost key": _of("ico-", (WORD, 32)),
    "JSON Web Token": _jwt,
    "LangSmith key": _of(["lsv2_pt_", "lsv2_sk_"], (HEX, 32), "_", (HEX, 10)),
    "Linear key": _of(["lin_api_", "lin_oauth_"], (WORD, 40)),
    "Mailchimp key": _of("", (HEX, 32), "-us", ("123456789", 2)),
    "MailerSend token": _of("mlsn.", (HEX, 64)),
    "Mailgun key": _of("key-", (HEX, 32)),
    "Mapbox secret token": _of("sk.ey", "J", (TEXT, 70), ".", (TEXT, 22)),
    "MaxMind license key": _of("", (WORD, 6), "_", (WORD, 29), "_mmk"),
    "MongoDB Atlas secret": _of("mdb_sa_sk_", (TEXT, 40)),
    "NVIDIA key": _of("nvapi-", (TEXT, 64)),
    "Neon key": _of("napi_", (SMALL, 64)),
    "Netlify token": _of(["nfp_", "nfc_"], (WORD, 36)),
    "New Relic insert key": _of("NRII-", (TEXT, 32)),
    "New Relic license key": _of("", (HEX, 32), "FFFFNRAL"),
    "New Relic user key": _of("NRAK-", (CAPITAL, 27)),
    "Notion token": _of(["ntn_", "secret_"], (digits, 11), (WORD, 32)),
    "NuGet key": _of("oy2", (SMALL, 43)),
    "Octopus Deploy key": _of("API-", (CAPITAL, 26)),
    "OpenAI key": _of(["sk-", "sk-proj-"], (WORD, 20), "T3BlbkFJ", (WORD, 20)),
    "OpenRouter key": _of("sk-or-v1-", (HEX, 64)),
    "OpenShift token": _of("sha256~", (TEXT, 43)),
    "Paddle key": _of("pdl_live_apikey_", (SMALL, 26), "_", (WORD, 22), "_", (WORD, 3)),
    "Perplexity key": _of("pplx-", (WORD, 48)),
    "Pinecone key": _of("pcsk_", (WORD, 5), "_", (WORD, 63)),
    "PlanetScale token": _of(["pscale_tkn_", "pscale_pw_", "pscale_oauth_"], (TEXT, 43)),
    "PostHog key": _of("phx_", (WORD, 44)),
    "Postman key": _of("PMAK-", (HEX, 24), "-", (HEX, 34)),
    "Prefect key": _of(["pnb_", "pnu_"], (WORD, 36)),
    "Pulumi token": _of("pul-", (HEX, 40)),
    "PyPI token": _of(
        ["pypi-AgE" + "IcHlwaS5vcmc", "pypi-AgE" + "NdGVzdC5weXBpLm9yZw"], (TEXT, 60)
    ),
    "ReadMe key": _of("rdme_", (SMALL, 70)),
    "Render key": _of("rnd_", (WORD, 28)),
    "Replicate token": _of("r8_", (WORD, 37)),
    "RubyGems key": _of("rubygems_", (HEX, 48)),
    "RunPod key": _of("rpa_", (CAPITAL, 40), (WORD, 6)),
    "Scaleway access key": _of("SCW", (CAPITAL, 17)),
    "Scalingo token": _of("tk-us-", (TEXT, 48)),
    "SendGrid key": _of("SG.", (TEXT, 22), ".", (TEXT, 43)),
    "Sentry organization token": _sentry,
    "Sentry token": _of(["sntrya_", "sntryu_"], (HEX, 64)),
    "Shippo token": _of(["shippo_live_", "shippo_test_"], (HEX, 40)),
    "Shopify token": _of(["shpat_", "shpca_", "shppa_", "shpss_"], (HEX, 32)),
    "Slack app token": _of("xapp-", "1-A", (CAPITAL, 10), "-", (digits, 13), "-", (HEX, 64)),
    "Slack token": _of(["xoxb-", "xoxp-"], (digits, 12), "-", (digits, 12), "-", (WORD, 24)),
    "Slack webhook": _of(
        "hooks.slack.com/services/", "T", (CAPITAL, 10), "/B", (CAPITAL, 10), "/", (WORD, 24)
    ),
    "SonarQube token": _of(["sqa_", "sqp_", "squ_"], (HEX, 40)),
    "Sourcegraph token": _of(["sgp_", "sgp_local_"], (HEX, 40)),
    "Square token": _of("sq0atp-", (TEXT, 22)),
    "Stripe key": _of(["sk_live_", "rk_live_", "sk_test_"], (WORD, 24)),
    "Stripe webhook secret": _of("whsec_", (WORD, 32)),
    "Supabase secret key": _of("sb_secret_", (TEXT, 31)),
    "Supabase token": _of("sbp_", (HEX, 40)),
    "Tailscale key": _of(["tskey-auth-", "tskey-api-"], (WORD, 17), "-", (WORD, 32)),
    "Teams webhook": _teams,
    "Telegram bot token": _of("", ("123456789", 10), ":AA", (TEXT, 33)),
    "Tencent Cloud secret id": _of("AKID", (WORD, 32)),
    "Terraform Cloud token": _of("", (WORD, 14), ".atlasv1.", (TEXT, 67)),
    "Together AI key": _of("tgp_v1_", (TEXT, 43)),
    "Twilio key id": _of("SK", (HEX, 32)),
    "Twitter bearer token": _of("A" * 20, (WORD, 80)),
    "Typeform token": _of("tfp_", (TEXT, 59)),
    "Vault token": _of(["hvb.", "hvs."], (TEXT, 100)),
    "Vercel token": _of(["vca_", "vck_", "vcp_"], (TEXT, 56)),
    "Weights & Biases key": _of("wandb_v1_", (WORD, 77)),
    "age secret key": _age,
    "crates.io token": _of("cio", (WORD, 32)),
    "npm token": _with_github_checksum(["npm_"]),
    "private key": _private_key,
    "private key of PuTTY": _putty,
    "xAI key": _of("xai-", (WORD, 80)),
}
"""A maker of fakes for each format."""
