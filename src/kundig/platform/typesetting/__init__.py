"""Documents on paper: typst sets them as PDF/A, out of sources of ours and data that is never taken for code.

`typeset` is the whole of it. What letters share (DIN 5008: address, reference, fold marks, foot with the company) is
`letter.typ`; `frame` puts together what it wants to know. Pictures are brought to the size they have on paper before
(`kundig.platform.typesetting.pictures`).
"""

from kundig.platform.typesetting.letters import Company, address_lines, frame, logo_of
from kundig.platform.typesetting.setting import NotTypeset, typeset

__all__ = ["Company", "NotTypeset", "address_lines", "frame", "logo_of", "typeset"]
