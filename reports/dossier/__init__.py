"""The decision dossier: the whole record of one candidate in one opening, as a file that can be checked and as the same on paper.

`document` says what is in it, `numbers` how its figures follow from its ratings, `canonical` and `codec` how it is written and read,
`sealing` its digest and seal, `verifying` what can be found wrong with a file, `printed` what can be read back from a PDF, and
`paper` what the printed pages need beyond the document itself.
"""
