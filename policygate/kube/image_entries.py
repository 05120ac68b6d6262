"""What a kustomization makes of an image: the entry of its `images` that names it.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.kube.patches import kustomizations
from policygate.view import View

if TYPE_CHECKING:
    from policygate.policy.types import Context


def entry_of(image: str, context: Context, folder: str) -> View | None:
    """The entry that changes an image.

    Args:
        image: The image as a container names it.
        context: Where the kustomizations are.
        folder: The folder of the container's resource.

    Returns:
        The first entry with the image's name, which is what stands before its tag and digest; None
        where nothing changes it.
    """
    name = _name(image)
    for body in kustomizations(context, folder):
        for entry in View(body).images:
            if name and entry["name"].raw == name:
                return entry
    return None


def changed_image(image: str, entry: View | None) -> str:
    """The image that an entry makes of one; the same without an entry."""
    if entry is None:
        return image
    name = _name(image)
    rest = image[len(name) :]
    tag, digest = entry.newTag.string(), entry.digest.string()
    if digest or tag:
        rest = (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    return (entry.newName.string() or name) + rest


def _name(image: str) -> str:
    """An image without tag and digest: a colon before the last slash is that of a port."""
    first = image.partition("@")[0]
    folder, slash, last = first.rpartition("/")
    return folder + slash + last.partition(":")[0]
