"""Files of a bulletin: .docx in official style, .pdf, .xlsx, with their charts.

`files` is the one door. `heading` frames the content, `words` says a value as print has it,
`blocks` puts the content in order with its tables fitted to the `paper`, `charts` draws; `docx`,
`template`, `pdf` and `xlsx` each write one kind of file. The same arguments give the same bytes, on
any day and any machine with the same libraries.
"""
