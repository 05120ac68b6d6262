"""Credentials known by their shape alone: tokens of providers, private keys. A table and its search.

Not for what is a credential by its place, such as a password or the secret of an AWS key; nor for
what was made up in the right shape: policygate.secrets.values knows that.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.secrets import checksums
from policygate.secrets.long_words import SHORTEST, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Format(NamedTuple):
    """A shape of credentials.

    Attributes:
        name: In words, for a message.
        literals: Texts, one of which every match holds.
        pattern: A regular expression of linear time: its repeats are bounded, none holds another.
        check: What the structure must be; what fails it is no credential.
        certain: A checksum: what passes it is a credential, whatever it spells; others may be.
        identifier: Names an account or key, and is no credential alone.
        source: Where the provider documents it.
    """

    name: str
    literals: tuple[str, ...]
    pattern: str
    check: Callable[[str], bool] | None = None
    certain: Callable[[str], bool] | None = None
    identifier: bool = False
    source: str = ""


class Match(NamedTuple):
    """Where a text has a format, and whether a checksum says so. Of a private key, its first lines."""

    format: Format
    start: int
    end: int
    certain: bool


_FRONT: Final = r"(?:(?<![A-Za-z0-9_-])|(?<=\\n))"
"""A token starts after no letter of its own; that `n` is a line break, in JSON or in quotes."""
_BACK: Final = r"(?![A-Za-z0-9_-])"
_LONG: Final = r"{40,512}+" + r"[\w-]{0,512}+" * 7
"""Behind `[\\w-]`: any length in use. What a repeat took it keeps: nothing is tried twice."""
_JWT: Final = rf"[\w-]{{8,512}}+\.ey[\w-]{_LONG}\.[\w-]{{20,512}}+[\w-]{{0,512}}+"
_DISCORD: Final = " ".join(
    two + one
    for two in ("MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT")
    for one in "AEIMQUYcgk"
)
"""How the Base64 of a number starts that has no zero in front."""
_TWILIO: Final = " ".join("SK" + digit for digit in "0123456789abcdef")
_KEY_LINES: Final = r"[A-Za-z0-9+/=\\\s:,.()@<>\"'_-]{60,512}+"
"""What follows the head of a private key: its headers and first lines, with any line breaks."""
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _format(
    name: str,
    literals: str,
    rest: str,
    source: str,
    *,
    check: Callable[[str], bool] | None = None,
    certain: Callable[[str], bool] | None = None,
    identifier: bool = False,
) -> Format:
    """A format that starts with one of its literals, which blanks part."""
    texts = tuple(literals.split(" "))
    head = "|".join(map(re.escape, texts))
    pattern = f"{_FRONT}(?:{head}){rest}{_BACK}"
    return Format(name, texts, pattern, check, certain, identifier, f"https://{source}")


# Left out, for the shape alone says too little:
#   Algolia, AWS secret keys, Confluent key ids, Datadog, Fastly, Heroku before HRKU, Mailgun's new
#   keys, Okta, Redpanda, Snyk, Vercel's older tokens: digits, letters or a UUID, with no mark;
#   Asana, bootstrap tokens of Kubernetes, Fireworks, GoCardless, Vault before 1.10: a mark too short;
#   LaunchDarkly: a common word before a UUID;
#   keys of PostHog, Stripe and Supabase for browsers: meant to be public;
#   users in URLs, kubeconfig files: known by their structure, not here.
# `[^\W_]` is a letter or digit: all patterns are of ASCII.
_OPENED: Final = (
    _format("1Password secret key", "A3-",
        r"[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
        "support.1password.com/secret-key-security/"),
    _format("1Password token", "ops_eyJ",
        r"[\w+/-]{100,512}+[\w+/-]{0,512}+[\w+/-]{0,512}+={0,2}(?!=)",
        "developer.1password.com/docs/", check=checksums.is_onepassword_token),
    _format("Adafruit IO key", "aio_", r"[^\W_]{28}", "io.adafruit.com/api/docs/"),
    _format("Adobe client secret", "p8e-", r"[\w-]{32}", "developer.adobe.com/developer-console/"),
    _format("age secret key", "AGE-SECRET-KEY-1", r"[02-9AC-HJ-NP-Z]{58}", "age-encryption.org/v1",
        certain=checksums.has_bech32_checksum),
    _format("Aikido secret", "AIK_SECRET_", r"[^\W_]{64}", "apidocs.aikido.dev/"),
    _format("Airtable token", "pat", r"[^\W_]{14}\.[0-9a-f]{64}",
        "airtable.com/developers/web/api/"),
    _format("Aiven password", "AVNS_", r"[\w-]{19}", "aiven.io/docs/platform"),
    _format("Alibaba Cloud access key id", "LTAI", r"[^\W_]{12,20}",
        "www.alibabacloud.com/help/en/ram/", identifier=True),
    _format("Anthropic key", "sk-ant-", r"[a-z]{3,5}[0-9]{2}-[\w-]{80,120}",
        "docs.claude.com/en/api/overview"),
    _format("Apify token", "apify_api_", r"[^\W_]{34,40}", "docs.apify.com/platform/"),
    _format("Artifactory key", "AKCp", r"[^\W_]{68,70}", "jfrog.com/help/"),
    _format("Artifactory reference token", "cmVmdGtuOjAx", r"[^\W_]{52}", "jfrog.com/help/"),
    _format("Atlassian token", "ATATT3 ATCTT3", r"[\w-]{160,200}=[0-9A-F]{8}",
        "support.atlassian.com/atlassian-account/docs/"),
    _format("AWS access key id", "AKIA ASIA", r"[A-Z0-9]{16}",
        "docs.aws.amazon.com/IAM/latest/UserGuide/", identifier=True),
    _format("AWS Bedrock key", "ABSK", r"[A-Za-z0-9+/]{109,269}={0,2}(?![+/=])",
        "docs.aws.amazon.com/bedrock/"),
    _format("Azure shared access key", "SharedAccessKey=", r"[A-Za-z0-9+/]{43}=",
        "learn.microsoft.com/azure/service-bus-messaging/"),
    _format("Azure signed URL", "sig=", r"(?:[\w+/-]|%2[BFbf]){43}(?:=|%3[Dd])?(?![%+/=])",
        "learn.microsoft.com/rest/api/storageservices/"),
    _format("Azure storage key", "AccountKey=", r"[A-Za-z0-9+/]{86}==",
        "learn.microsoft.com/azure/storage/common/"),
    _format("Bitbucket app password", "ATBB", r"[^\W_]{24}[0-9A-F]{8}",
        "support.atlassian.com/bitbucket-cloud/"),
    _format("Brevo key", "xkeysib- xsmtpsib-", r"[0-9a-f]{64}-[^\W_]{16}",
        "developers.brevo.com/docs/"),
    _format("Buildkite token", "bkua_", r"(?:[0-9a-z]{40}|[0-9a-z]{53})",
        "buildkite.com/docs/apis/"),
    _format("Cerebras key", "csk-", r"[0-9a-z]{48}", "inference-docs.cerebras.ai/"),
    _format("CircleCI token", "CCIPAT_ CCIPRJ_", r"[^\W_]{22}_[0-9a-z]{40}",
        "circleci.com/docs/managing-api-tokens/"),
    _format("Clojars token", "CLOJARS_", r"[0-9a-f]{60}", "github.com/clojars/clojars-web/wiki/"),
    _format("Cloudflare origin CA key", "v1.0-", r"[0-9a-f]{24}-[0-9a-f]{146}",
        "developers.cloudflare.com/fundamentals/api/"),
    _format("Cloudflare token", "cfat_ cfut_", r"[^\W_]{40}[0-9a-f]{8}",
        "developers.cloudflare.com/fundamentals/api/"),
    _format("CockroachDB Cloud key", "CCDB1_", r"[^\W_]{22}_[^\W_]{40}",
        "www.cockroachlabs.com/docs/cockroachcloud/"),
    _format("Confluent secret", "cflt", r"[A-Za-z0-9+/]{60}(?![+/=])",
        "docs.confluent.io/cloud/current/security/"),
    _format("Contentful token", "CFPAT-", r"[\w-]{43}", "www.contentful.com/help/"),
    _format("crates.io token", "cio", r"[^\W_]{32}", "doc.rust-lang.org/cargo/reference/"),
    _format("Databricks token", "dapi dose", r"[0-9a-f]{32}(?:-[0-9])?",
        "docs.databricks.com/dev-tools/auth/"),
    _format("DigitalOcean token", "doo_v1_ dop_v1_ dor_v1_", r"[0-9a-f]{64}",
        "docs.digitalocean.com/reference/api/"),
    _format("Discord bot token", _DISCORD, r"[\w-]{20,25}\.[\w-]{6}\.[\w-]{27,38}",
        "docs.discord.com/developers/", check=checksums.is_discord_token),
    _format("Discord webhook", "discord.com/api/ discordapp.com/api/",
        r"(?:v[0-9]{1,2}/)?webhooks/[0-9]{17,20}/[\w-]{60,72}", "docs.discord.com/developers/"),
    _format("Docker Hub token", "dckr_oat_ dckr_pat_", r"[\w-]{27,32}",
        "docs.docker.com/security/"),
    _format("Docker Swarm key", "SWMKEY-1- SWMTKN-1-",
        r"(?:[A-Za-z0-9+/]{43}|[0-9a-z]{50}-[0-9a-z]{25})", "docs.docker.com/engine/swarm/"),
    _format("Doppler token", "dp.audit. dp.ct. dp.pt. dp.sa. dp.scim. dp.st.",
        r"(?:[\w-]{2,35}\.)?[^\W_]{40,44}", "docs.doppler.com/reference/"),
    _format("Dropbox token", "sl.", rf"(?:u\.)?[\w-]{{80}}[\w-]{_LONG}",
        "developers.dropbox.com/oauth-guide"),
    _format("Duffel token", "duffel_live_ duffel_test_", r"[\w=-]{43}",
        "duffel.com/docs/api/overview"),
    _format("Dynatrace token", "dt0c01. dt0s01. dt0s16.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}",
        "docs.dynatrace.com/docs/manage/identity-access-management/"),
    _format("EasyPost key", "EZAK EZTK", r"[^\W_]{54}", "docs.easypost.com/docs/"),
    _format("Elastic Cloud key", "essu_", r"[\w-]{60,200}={0,2}(?!=)",
        "www.elastic.co/docs/deploy-manage/api-keys/"),
    _format("ElevenLabs key", "sk_", r"[0-9a-f]{48}", "elevenlabs.io/docs/api-reference/"),
    _format("Facebook token", "EAA", r"[^\W_]{120,300}", "developers.facebook.com/docs/"),
    _format("Figma token", "figd_", r"[\w-]{38,42}", "developers.figma.com/docs/rest-api/"),
    _format("Flutterwave key", "FLWSECK- FLWSECK_TEST-", r"[0-9a-f]{32}-X",
        "developer.flutterwave.com/docs/"),
    _format("Fly.io token", "fm1a_ fm1r_ fm2_",
        r"[A-Za-z0-9+/]{100,512}+[A-Za-z0-9+/]{0,512}+={0,3}(?!=)", "fly.io/docs/security/tokens/"),
    _format("Frame.io token", "fio-u-", r"[\w=-]{64}", "developer.frame.io/docs/"),
    _format("Gemini key", "AQ.Ab8RN6", r"[\w-]{44}", "ai.google.dev/gemini-api/docs/"),
    _format("GitHub fine-grained token", "github_pat_", r"[^\W_]{22}_[^\W_]{59}",
        "docs.github.com/authentication/"),
    _format("GitHub token", "gho_ ghp_ ghr_ ghs_ ghu_",
        rf"(?:[^\W_]{{36}}|[^\W_]{{76}}|[0-9]{{1,12}}_ey{_JWT})",
        "github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/",
        certain=checksums.has_github_checksum),
    _format("GitLab routable token", "glagent- glcbt- gldt- glft- glpat- glrt-",
        r"[\w-]{27,300}(?:\.[0-9a-z]{2})?\.[0-9a-z]{9}",
        "handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/",
        certain=checksums.has_gitlab_checksum),
    _format("GitLab token",
        "GR1348941 glagent- glcbt- gldt- glffct- glft- glimt- gloas- glpat- glptt- glrt- glsoat-",
        r"(?:[\w-]{20,26}|[\w-]{40}|[\w-]{50}|[\w-]{64})(?!\.[0-9a-z]{2})",
        "docs.gitlab.com/security/tokens/"),
    _format("Google API key", "AIza", r"[\w-]{35}", "docs.cloud.google.com/docs/authentication/"),
    _format("Google client secret", "GOCSPX-", r"[\w-]{28}",
        "developers.google.com/identity/protocols/oauth2"),
    _format("Google refresh token", "1//0", r"[^\W_][\w-]{60,150}",
        "developers.google.com/identity/protocols/oauth2"),
    _format("Google token", "ya29.", rf"[\w-]{_LONG}",
        "docs.cloud.google.com/docs/authentication/"),
    _format("Grafana Cloud token", "glc_eyJ", r"[A-Za-z0-9+/]{40,400}={0,2}(?![+/=])",
        "grafana.com/docs/grafana-cloud/", check=checksums.is_grafana_key),
    _format("Grafana key", "eyJrIjoi", r"[A-Za-z0-9+/]{40,400}={0,2}(?![+/=])",
        "grafana.com/docs/grafana/latest/administration/", check=checksums.is_grafana_key),
    _format("Grafana token", "glsa_", r"[^\W_]{32}_[0-9a-f]{8}",
        "grafana.com/docs/grafana/latest/administration/", certain=checksums.has_grafana_checksum),
    _format("Groq key", "gsk_", r"[^\W_]{52}", "console.groq.com/docs/quickstart"),
    _format("Harness token", "pat. sat.", r"[\w-]{22}\.[0-9a-f]{24}\.[^\W_]{20}",
        "developer.harness.io/docs/platform/"),
    _format("Heroku token", "HRKU-AA", r"[\w-]{58}", "devcenter.heroku.com/articles/"),
    _format("Honeycomb key", "hcaic_ hcaik_", r"[0-9a-z]{58}", "docs.honeycomb.io/configure/"),
    _format("HubSpot token", "pat-ap1- pat-eu1- pat-na1- pat-na2-", _UUID,
        "developers.hubspot.com/docs/apps/"),
    _format("Hugging Face token", "api_org_ hf_", r"[^\W_]{34}",
        "huggingface.co/docs/hub/security-tokens"),
    _format("Infisical token", "st.", r"[0-9a-f]{24}\.[0-9a-f]{32}\.[0-9a-f]{32}",
        "infisical.com/docs/"),
    _format("Infracost key", "ico-", r"[^\W_]{32}", "www.infracost.io/docs/"),
    _format("JSON Web Token", "eyJ", _JWT, "www.rfc-editor.org/rfc/rfc7519",
        check=checksums.is_jwt),
    _format("LangSmith key", "lsv2_pt_ lsv2_sk_", r"[0-9a-f]{32}_[0-9a-f]{10}",
        "docs.langchain.com/langsmith/"),
    _format("Linear key", "lin_api_ lin_oauth_", r"(?:[^\W_]{40}|[0-9a-f]{64})",
        "linear.app/developers/graphql"),
    _format("MailerSend token", "mlsn.", r"[0-9a-f]{64}", "developers.mailersend.com/general.html"),
    _format("Mailgun key", "key-", r"[0-9a-f]{32}", "documentation.mailgun.com/docs/mailgun/"),
    _format("Mapbox secret token", "sk.eyJ", r"[\w-]{60,120}\.[\w-]{20,30}", "docs.mapbox.com/help/"),
    _format("MongoDB Atlas secret", "mdb_sa_sk_", r"[\w-]{40}", "www.mongodb.com/docs/atlas/api/"),
    _format("Neon key", "napi_", r"[0-9a-z]{64}", "neon.com/docs/manage/api-keys"),
    _format("Netlify token", "nfc_ nfp_ nfu_", r"[^\W_]{36,44}",
        "docs.netlify.com/api-and-cli-guides/"),
    _format("New Relic insert key", "NRII-", r"[\w-]{32}",
        "docs.newrelic.com/docs/apis/intro-apis/"),
    _format("New Relic user key", "NRAK-", r"[A-Z0-9]{27}",
        "docs.newrelic.com/docs/apis/intro-apis/"),
    _format("Notion token", "ntn_ secret_", r"(?:[0-9]{11}[^\W_]{35}|[^\W_]{43})",
        "developers.notion.com/docs/"),
    _format("npm token", "npm_", r"[^\W_]{36}",
        "github.blog/2021-09-23-announcing-npms-new-access-token-format/",
        certain=checksums.has_github_checksum),
    _format("NuGet key", "oy2", r"[0-9a-z]{43}", "learn.microsoft.com/nuget/nuget-org/"),
    _format("NVIDIA key", "nvapi-", r"[\w-]{64}", "docs.nvidia.com/ngc/latest/ngc-user-guide.html"),
    _format("Octopus Deploy key", "API-", r"[A-Z0-9]{26}", "octopus.com/docs/octopus-rest-api/"),
    _format("OpenAI key", "sk-", r"[\w-]{20,100}T3BlbkFJ[\w-]{20,100}",
        "platform.openai.com/docs/api-reference/"),
    _format("OpenRouter key", "sk-or-v1-", r"[0-9a-f]{64}", "openrouter.ai/docs/api-reference/"),
    _format("OpenShift token", "sha256~", r"[\w-]{43}", "docs.redhat.com/documentation/"),
    _format("Paddle key", "pdl_live_apikey_ pdl_sdbx_apikey_", r"[0-9a-z]{26}_[^\W_]{22}_[^\W_]{3}",
        "developer.paddle.com/api-reference/"),
    _format("Perplexity key", "pplx-", r"[^\W_]{48}", "docs.perplexity.ai/"),
    _format("Pinecone key", "pcsk_", r"[^\W_]{5,6}_[^\W_]{63}", "docs.pinecone.io/guides/"),
    _format("PlanetScale token", "pscale_oauth_ pscale_pw_ pscale_tkn_", r"[\w.=-]{32,64}",
        "planetscale.com/docs/api/"),
    _format("PostHog key", "phx_", r"[^\W_]{40,52}", "posthog.com/docs/api"),
    _format("Postman key", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}", "learning.postman.com/docs/"),
    _format("Prefect key", "pnb_ pnu_", r"[^\W_]{36}", "docs.prefect.io/v3/how-to-guides/cloud/"),
    Format("private key", ("-----BEGIN",),
        _FRONT + r"-----BEGIN (?:[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?|OpenVPN Static key V1)-----" + _KEY_LINES,
        check=checksums.has_key_lines, source="https://www.rfc-editor.org/rfc/rfc7468"),
    _format("private key of PuTTY", "PuTTY-User-Key-File-", r"[123]: [0-9a-z-]{7,24}",
        "tartarus.org/~simon/putty-snapshots/htmldoc/"),
    _format("Pulumi token", "pul-", r"[0-9a-f]{40}", "www.pulumi.com/docs/administration/"),
    _format("PyPI token", "pypi-AgE", rf"(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)[\w-]{_LONG}",
        "pypi.org/help/#apitoken"),
    _format("ReadMe key", "rdme_", r"[0-9a-z]{70}", "docs.readme.com/main/reference/"),
    _format("Render key", "rnd_", r"[^\W_]{28,32}", "render.com/docs/api"),
    _format("Replicate token", "r8_", r"[^\W_]{37}", "replicate.com/docs/topics/security/"),
    _format("RubyGems key", "rubygems_", r"[0-9a-f]{48}", "guides.rubygems.org/"),
    _format("RunPod key", "rpa_", r"[A-Z0-9]{40}[^\W_]{6}", "docs.runpod.io/get-started/api-keys"),
    _format("Scaleway access key", "SCW", r"[A-Z0-9]{17}", "www.scaleway.com/en/docs/iam/",
        identifier=True),
    _format("Scalingo token", "tk-us-", r"[\w-]{48}", "developers.scalingo.com/"),
    _format("SendGrid key", "SG.", r"[\w-]{22}\.[\w-]{43}", "www.twilio.com/docs/sendgrid/"),
    _format("Sentry organization token", "sntrys_eyJ",
        r"[A-Za-z0-9+/]{60,400}={0,2}_[A-Za-z0-9+/]{43}(?![+/=])",
        "docs.sentry.io/account/auth-tokens/", check=checksums.is_sentry_token),
    _format("Sentry token", "sntrya_ sntryu_", r"[0-9a-f]{64}",
        "docs.sentry.io/account/auth-tokens/"),
    _format("Shippo token", "shippo_live_ shippo_test_", r"[0-9a-f]{40}",
        "docs.goshippo.com/docs/"),
    _format("Shopify token", "shpat_ shpca_ shppa_ shpss_", r"[0-9A-Fa-f]{32}",
        "shopify.dev/docs/apps/build/"),
    _format("Slack app token", "xapp-", r"[0-9]-[A-Z0-9]{9,13}-[0-9]{10,14}-[0-9a-f]{64}",
        "docs.slack.dev/authentication/tokens/"),
    _format("Slack token", "xoxa- xoxb- xoxc- xoxe- xoxp- xoxr- xoxs-",
        r"[0-9]{1,14}-[0-9A-Za-z-]{18,300}", "docs.slack.dev/authentication/tokens/"),
    _format("Slack webhook", "hooks.slack.com/",
        r"(?:services|triggers|workflows)/[ET][A-Z0-9]{7,13}/[A-Z0-9]{8,20}/[A-Za-z0-9/]{20,60}",
        "docs.slack.dev/messaging/"),
    _format("SonarQube token", "sqa_ sqp_ squ_", r"[0-9a-f]{40}",
        "docs.sonarsource.com/sonarqube-server/"),
    _format("Sourcegraph token", "sgp_", r"(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}",
        "sourcegraph.com/docs/cli/"),
    _format("Square token", "sq0atp- sq0csp- EAAA",
        r"(?<![+/]EAAA)(?:[\w-]{22}|[\w-]{43}|[\w-]{60})(?![+/=])", "developer.squareup.com/docs/"),
    _format("Stripe key", "rk_live_ rk_test_ sk_live_ sk_test_", r"[^\W_]{24,120}",
        "docs.stripe.com/keys"),
    _format("Stripe webhook secret", "whsec_", r"[A-Za-z0-9+/]{32,44}={0,2}(?![+/=])",
        "docs.stripe.com/webhooks"),
    _format("Supabase secret key", "sb_secret_", r"[\w-]{31}",
        "supabase.com/docs/guides/api/api-keys"),
    _format("Supabase token", "sbp_", r"(?:v0_)?[0-9a-f]{40}", "supabase.com/docs/reference/api/"),
    _format("Tailscale key", "tskey-", r"[a-z]{3,9}-[^\W_]{10,20}-[^\W_]{20,40}",
        "tailscale.com/kb/1085/auth-keys"),
    _format("Teams webhook", "webhook.office.com/webhookb2/",
        rf"{_UUID}@{_UUID}/IncomingWebhook/[0-9a-f]{{32}}/{_UUID}",
        "learn.microsoft.com/microsoftteams/platform/"),
    _format("Tencent Cloud secret id", "AKID", r"[^\W_]{32}", "www.tencentcloud.com/document/",
        identifier=True),
    _format("Together AI key", "tgp_v1_", r"[\w-]{43}", "docs.together.ai/docs/quickstart"),
    _format("Twilio key id", _TWILIO, r"[0-9a-f]{31}", "www.twilio.com/docs/iam/api-keys",
        identifier=True),
    _format("Twitter bearer token", "AAAAAAAAAAAAAAAAAAAA", r"[\w%]{60,120}", "docs.x.com/"),
    _format("Typeform token", "tfp_", r"[\w.=-]{40,80}", "www.typeform.com/developers/get-started/"),
    _format("Vault token", "hvb. hvr. hvs.", r"(?:[\w-]{24}|[\w-]{80,300})",
        "developer.hashicorp.com/vault/docs/"),
    _format("Vercel token", "vca_ vci_ vck_ vcp_ vcr_", r"[\w-]{56}", "vercel.com/docs/rest-api"),
    _format("Weights & Biases key", "wandb_v1_", r"\w{77}", "docs.wandb.ai/"),
    _format("xAI key", "xai-", r"[^\W_]{70,120}", "docs.x.ai/docs/overview"),
)  # fmt: skip
"""Formats that start with a literal."""

_INNER: Final = (
    Format("Azure client secret", ("Q~",),
        r"(?:(?<![\w.~-])|(?<=\\n))[\w.~-]{3}[0-9]Q~[\w.~-]{31,34}(?![\w~-])",
        source="https://learn.microsoft.com/entra/identity-platform/"),
    Format("Azure DevOps token", ("AZDO",), rf"{_FRONT}[^\W_]{{76}}AZDO[^\W_]{{4}}{_BACK}",
        source="https://learn.microsoft.com/azure/devops/organizations/accounts/"),
    Format("Azure service key",
        ("+ACR", "+AEh", "+ARm", "+ASb", "+ASt", "ACDb", "AIoT", "AzFu", "AzSe"),
        rf"(?<![+/]){_FRONT}(?:[A-Za-z0-9+/]{{76}}(?:ACDb|\+ASt)[A-Za-z0-9+/]{{6}}=="
        r"|[A-Za-z0-9+/]{33}(?:AIoT|\+(?:AEh|ARm|ASb))[A-Za-z0-9+/]{6}=|[\w-]{44}AzFu[\w-]{6}=="
        r"|[A-Za-z0-9+/]{42}(?:AzSe|\+ACR)[A-Za-z0-9+/]{6})(?![A-Za-z0-9+/=_-])",
        source="https://github.com/microsoft/security-utilities"),
    Format("MaxMind license key", ("_mmk",), rf"{_FRONT}[^\W_]{{6}}_[^\W_]{{29}}_mmk{_BACK}",
        source="https://dev.maxmind.com/license-key/"),
    Format("Mailchimp key",
        ("-us1", "-us2", "-us3", "-us4", "-us5", "-us6", "-us7", "-us8", "-us9"),
        rf"{_FRONT}[0-9a-f]{{32}}-us[0-9]{{1,2}}{_BACK}",
        source="https://mailchimp.com/developer/marketing/"),
    Format("New Relic license key", ("FFFFNRAL",),
        rf"{_FRONT}(?:[0-9a-f]{{32}}|eu01xx[0-9a-f]{{26}})FFFFNRAL{_BACK}",
        source="https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/"),
    Format("Telegram bot token", (":AA",), rf"{_FRONT}[0-9]{{8,10}}:AA[\w-]{{33}}{_BACK}",
        source="https://core.telegram.org/bots/api"),
    Format("Terraform Cloud token", (".atlasv1.",),
        rf"{_FRONT}[^\W_]{{14}}\.atlasv1\.[\w-]{{60,70}}{_BACK}",
        source="https://developer.hashicorp.com/terraform/cloud-docs/"),
)  # fmt: skip
"""Formats with a literal inside."""

_INSIDES: Final = [(literal, each) for each in _INNER for literal in each.literals]
FORMATS: Final[tuple[Format, ...]] = tuple(sorted(_OPENED + _INNER))

_KEY_HEAD: Final = "-----BEGIN"
_compiled: Final = cache(lambda pattern: re.compile(pattern, re.ASCII))


def _parts(words: str) -> list[bytes]:
    """The runs of letters that a token can start with."""
    return words.encode("ascii", "replace").translate(_blanks()).split()


@cache
def _blanks() -> bytes:
    """A table of bytes: what is none of a token's letters is a blank."""
    return bytes(code if chr(code).isalnum() or code in b"_-" else 32 for code in range(128)) * 2


@cache
def _starts() -> dict[bytes, list[tuple[str, Format]]]:
    """The first letters of a run: literals that start with them, and their formats."""
    starts: dict[bytes, list[tuple[str, Format]]] = {}
    for each in _OPENED:
        for literal in each.literals:
            starts.setdefault(_parts(literal)[0][:3], []).append((literal, each))
    return starts


def _candidates(text: str) -> dict[Format, None]:
    """The formats that may have a match: those with a literal in a word that is long enough."""
    words = words_of(text).long
    if not words:
        return {}
    starts = _starts()
    heads = starts.keys() & {part[:3] for part in _parts(words.replace("\\n", "\n"))}
    opened = [each for head in heads for literal, each in starts[head] if literal in words]
    inner = [each for literal, each in _INSIDES if literal in words]
    keys = starts[b"---"] if _KEY_HEAD in text else ()
    return dict.fromkeys((*opened, *inner, *(each for _, each in keys)))


def _matches(found: Format, text: str) -> Iterator[re.Match[str]]:
    """Where a text has a pattern: of one that starts with a literal, only where that stands."""
    pattern = _compiled(found.pattern)
    if found in _INNER:
        yield from pattern.finditer(text)
        return
    for literal in found.literals:
        place = text.find(literal)
        while place >= 0:
            match = pattern.match(text, place)
            if match:
                yield match
            place = text.find(literal, match.end() if match else place + len(literal))


def find_formats(text: str) -> Iterator[Match]:
    """Yield what has the shape of a credential, in the order of the text."""
    if len(text) < SHORTEST:
        return
    found = []
    for each in _candidates(text):
        for match in _matches(each, text):
            token = match[0]
            if each.check is None or each.check(token):
                certain = each.certain is not None and each.certain(token)
                found.append(Match(each, match.start(), match.end(), certain))
    yield from sorted(found, key=lambda match: (match.start, match.format.name))
