"""A lead replayed for auditors: what changed between two moments, who knew what when, its history.

From the lead's events alone; no table is asked. A moment is a version of the lead, or a pair of
clocks (`moments`). Whoever asks goes through `crm.questions.replaying`.
"""
