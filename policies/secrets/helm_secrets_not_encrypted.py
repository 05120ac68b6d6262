"""File of secret values is not encrypted.

`secrets://` tells helm-secrets to decrypt a file of values, and so does a list `secrets:` of Helmfile. The file that is
meant stands in this repository, and is not encrypted: its values can be read by everybody.

Fix:
Encrypt the file (`helm secrets encrypt`, `sops encrypt --in-place`), and change the values; name it without `secrets://`
if they may be read by everybody.

References:
https://github.com/jkroepke/helm-secrets
https://helmfile.readthedocs.io/en/latest/#secrets

Standards:
CWE-312
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any

from policygate.kube import sops
from policygate.kube.argo import sources
from policygate.place import in_words
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import readable
from policygate.policy.types import Files
from policygate.view import View
from policygate.yamldoc import GIT_CRYPT

SCHEME = re.compile(r"secrets(?:\+(?:gpg|age)-import(?:-kubernetes)?)?://")
APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec: {source: {path: charts/web, helm: {valueFiles: ['%s']}}}
"""
SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: web}
spec: {template: {spec: {sources: [{path: charts/web, helm: {valueFiles: ['secrets://$here/secrets.yaml']}}, {ref: here}]}}}
"""
HELMFILE = "releases: [{name: web, %s}]\n"
PLAIN = {"charts/web/secrets.yaml": "a: b\n", "secrets.yaml": "a: b\n"}
SEALED = {
    "charts/web/secrets.yaml": "a: 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]'\nsops: {mac: x}\n"
}
EXAMPLES = (
    Example("encrypted", "pass", text=APP % "secrets://secrets.yaml", at="web.yaml", beside=SEALED),
    Example("plain values", "pass", text=APP % "secrets.yaml", at="web.yaml", beside=PLAIN),
    Example("it is not in this repository", "pass", text=APP % "secrets://other.yaml", at="web.yaml", beside=PLAIN),
    Example("filled in from a vault", "pass", text=APP % "secrets://secrets.yaml", at="web.yaml", beside={"charts/web/secrets.yaml": "a: ref+vault://a\n"}),
    Example("encrypted in another way", "pass", text=HELMFILE % "secrets: [a.yaml]", at="helmfile.yaml", beside={"a.yaml": "\0GITCRYPT\0"}),
    Example("a list of something else", "pass", text="releases: [{secrets: [{a: b}], values: [{a: b}]}, a]\n", at="helmfile.yaml", beside=PLAIN),
    Example("not encrypted", "fail", text=APP % "secrets://secrets.yaml", at="web.yaml", beside=PLAIN, message="charts/web/secrets.yaml is to be decrypted, and is not encrypted", path="spec.source.helm.valueFiles[0]"),
    Example("with a key", "fail", text=APP % "secrets+age-import:///keys/age.txt?../../secrets.yaml", at="web.yaml", beside=PLAIN),
    Example("of an ApplicationSet", "fail", text=SET, at="web.yaml", beside=PLAIN),
    Example("secrets of a Helmfile", "fail", text=HELMFILE % "secrets: [charts/web/secrets.yaml]", at="helmfile.yaml", beside=PLAIN, path="releases[0].secrets[0]"),
    Example("values of a Helmfile", "fail", text="environments: {prod: {values: ['secrets://secrets.yaml']}}\n", at="helmfile.yaml", beside=PLAIN),
)  # fmt: skip


@policy(level="error", scope="file", examples=EXAMPLES)
def helm_secrets_not_encrypted(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield files that something wants decrypted, and that are not encrypted."""
    for document in readable(pair):
        for at, target in _targets(View(document.value), dirname(pair.head.file)):
            if _is_plain(target, pair.context.files):
                text = f"{target} is to be decrypted, and is not encrypted"
                key = f"{in_words(document.value, at.path)} {target}"
                yield Problem(at, text, key=key, location=document.locate(at.path))


def _targets(body: View, here: str) -> Iterator[tuple[View, str]]:
    """What is to be decrypted: where it is named, and the path that is meant."""
    if body.kind.raw in {"Application", "ApplicationSet"}:
        for spec in (body.spec, body.spec.template.spec):
            for source in sources(spec):
                for each in source.helm.valueFiles:
                    yield from _marked(each, source["path"].string())
        return
    environments = [each for _, each in body.environments.items()]
    for owner in (*body.releases, *environments):
        for each in owner["values"]:
            yield from _marked(each, here)
        for each in owner.secrets:
            if each.string():
                yield each, normpath(join(here, each.string()))


def _marked(item: View, folder: str) -> Iterator[tuple[View, str]]:
    """The path that a text with one of the schemes means; a reference means the top of a repository."""
    text = item.string()
    if SCHEME.match(text):
        path = text.partition("://")[2].rpartition("?")[2]
        if path.startswith(("/", "$")):
            folder, path = "", path.partition("/")[2]
        yield item, normpath(join(folder, path))


def _is_plain(path: str, files: Files) -> bool:
    """Whether a file is there, holds something, and nothing in it is encrypted or filled in later."""
    found = None if path.startswith("..") else files.read(path)
    if found is None or found.not_text == GIT_CRYPT or not found.text.strip():
        return False
    return sops.MARK not in found.text and "ref+" not in found.text
