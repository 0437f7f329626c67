"""The investment lead (招商线索/项目): one stream from 线索 through 签约 and 开工 to 投产.

`events` says what may be recorded, `state` what it adds up to, `decisions` what is accepted.
"""
