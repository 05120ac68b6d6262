"""What the author of a policy is told: does it do what its examples say, and what did it forget.

`trial` puts it together; the other modules each find one kind of thing. Not for judging changes
(`engine`), and never loaded when a change is judged.
"""
