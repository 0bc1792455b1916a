"""What the page asks Python for: the report on a file."""

import io

import nis2map
from nis2map import report


def made(name, data, framework, lang, member_state, certified):
    """Return the report as HTML and an empty text, or an empty text and what is wrong with the file."""
    source = io.BytesIO(data.to_bytes() if hasattr(data, "to_bytes") else bytes(data))
    source.name = name
    try:
        soa = nis2map.read_soa(source)
        soa = soa.certified() if certified else soa
        return report.html(soa, framework=framework, lang=lang, member_state=member_state or None), ""
    except nis2map.MissingExtra:
        return "", f"{name}: this page reads CSV, XLSX, Markdown and JSON; the library reads this form too"
    except nis2map.Nis2mapError as error:
        return "", "\n".join([str(error), *map(str, error.problems[3:])])
