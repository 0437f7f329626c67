"""What may happen and what did happen: the rules of county investment promotion (招商引资).

Standard library only. Nothing here knows of HTTP, tables or files.
"""
