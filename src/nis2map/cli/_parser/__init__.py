"""What can be typed: the commands there are, and the parser of each, made when it is asked for.

Nothing in here imports the library: `nis2map --help` and the help of a command load no data.
"""

from __future__ import annotations

from ..._shared import door

# As type checkers know it: to import typing would take longer than all of this.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._base import FILES as FILES
    from ._base import Parser as Parser
    from ._base import nearest as nearest
    from ._commands import COMMANDS as COMMANDS
    from ._commands import GROUPS as GROUPS
    from ._commands import commands_help as commands_help
    from ._commands import parser_of as parser_of
    from ._entity import RECORDS as RECORDS
    from ._entity import SEVERAL as SEVERAL
    from ._files import FORMS as FORMS
    from ._files import REPORTS as REPORTS
    from ._tools import SHELLS as SHELLS
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_base": "FILES Parser nearest",
            "_commands": "COMMANDS GROUPS commands_help parser_of",
            "_entity": "RECORDS SEVERAL",
            "_files": "FORMS REPORTS",
            "_tools": "SHELLS",
        },
    )
