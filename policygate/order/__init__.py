"""What "looser" means, exactly: postures, and the orders that compare them.

Not for reading manifests (`kube`), nor for what a finding is worth (the policies).
"""
