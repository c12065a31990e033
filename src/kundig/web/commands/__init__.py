"""The commands of `./kundig`: one module each, loaded only when it is called.

A module has `HELP` (a line for the overview), a docstring (the command's own help), `arguments(parser)` and
`run(options) -> int` (the exit status).
"""

import argparse
import importlib
import pkgutil
from datetime import UTC, datetime
from types import ModuleType

from kundig import __version__
from kundig.platform.console import Refused, say
from kundig.platform.logs import course_of, first_line
from kundig.platform.processes import cap_log
from kundig.web.commands import base


def names() -> list[str]:
    """All commands there are."""
    return sorted(_called(module.name) for module in pkgutil.iter_modules(__path__) if module.name != "base")


def _called(module: str) -> str:
    """As one types it: `import`, which Python keeps for itself, and `verify-backup`."""
    return module.rstrip("_").replace("_", "-")


def run(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit status. Refusals become one line on stderr."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        _overview().print_help()
        return 0 if arguments else 2
    if arguments[0] == "--version":
        _overview().parse_args(arguments[:1])
    if arguments[0] not in names():
        say(f"kundig: there is no command “{arguments[0]}”; there are: {', '.join(names())}")
        return 2
    module = _module(arguments[0])
    parser = argparse.ArgumentParser(
        prog=f"kundig {arguments[0]}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    base.add_data_option(parser)
    options = parser.parse_args(arguments[1:])
    try:
        return int(module.run(options) or 0)
    except Refused as refusal:
        say(f"kundig {arguments[0]}: {refusal}")
        return refusal.status
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        say(f"kundig {arguments[0]}: {first_line(error)} ({_keep(error, options)})")
        return 1


def _keep(error: Exception, options: argparse.Namespace) -> str:
    """Write down where in the program the error came from; says where it is to be found."""
    folder = base.folder_of(options)
    try:
        log = folder.logs / "commands.log"
        cap_log(log)
        with log.open("a") as written:
            written.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {course_of(error)}\n")
    except OSError:
        return course_of(error)
    return f"details: {log}"


def _module(name: str) -> ModuleType:
    own = {_called(module.name): module.name for module in pkgutil.iter_modules(__path__)}
    return importlib.import_module(f"{__name__}.{own[name]}")


def _overview() -> argparse.ArgumentParser:
    lines = [f"  {name:<15}{_module(name).HELP}" for name in names()]
    lines.append(f"  {'test':<15}check that everything works: code, units, browser")
    parser = argparse.ArgumentParser(
        prog="kundig",
        usage="kundig COMMAND [OPTIONS]   (kundig COMMAND --help says more)",
        description="Kundig, customer relationship management.\n\ncommands:\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Kundig {__version__}")
    return parser
