"""`python -m policygate` is the command `policygate`."""

from policygate.cli import main

if __name__ == "__main__":
    main()
