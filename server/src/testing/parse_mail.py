"""Parses messages with Python's email package, for three-parsers.ts.

Reads a JSON list of messages in base64 from standard input and writes a JSON list of what was read. `defects`
are those of the parts and of their header fields; the policy `strict` raises the first defect of a part.
"""

import base64
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import sys


def people(raw, name):
    # Not by the policy: before Python 3.13 it keeps the space between two encoded words of a display name.
    fields = email.message_from_bytes(raw, policy=email.policy.compat32).get_all(name, [])
    return [
        {"name": str(email.header.make_header(email.header.decode_header(display))), "address": address}
        for display, address in email.utils.getaddresses([" ".join(str(each).split()) for each in fields])
    ]


def defects_of(part):
    found = [f"{type(one).__name__}: {one}" for one in part.defects]
    for name, field in part.items():
        # The parameter `name` repeats the file name in the old form, for programs without RFC 2231.
        if name.lower() != "content-type" or part.get_filename() is None:
            found += [f"{name}: {type(one).__name__}: {one}" for one in field.defects]
    return found


def bytes_of(part):
    if part.get_content_type() == "message/rfc822":
        return part.get_content().as_bytes(policy=email.policy.SMTP)
    return part.get_payload(decode=True) or b""


def leaves(part):
    """The parts without parts of their own; an attached message is one."""
    if part.get_content_maintype() == "multipart":
        for child in part.iter_parts():
            yield from leaves(child)
    else:
        yield part


def file_of(part):
    content = bytes_of(part)
    return {
        "filename": part.get_filename() or "",
        "mediaType": part.get_content_type(),
        "disposition": part.get_content_disposition(),
        "contentId": (part["Content-ID"] or "").strip("<>") or None,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


def read(raw):
    email.message_from_bytes(raw, policy=email.policy.strict)
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    bodies = {"plain": None, "html": None}
    for kind in bodies:
        part = message.get_body((kind,))
        bodies[kind] = part.get_content() if part is not None else None
    body_parts = [message.get_body((kind,)) for kind in bodies]
    parts = list(message.walk()) if message.is_multipart() else [message]
    return {
        "from": people(raw, "From"),
        "to": people(raw, "To"),
        "cc": people(raw, "Cc"),
        "bcc": people(raw, "Bcc"),
        "replyTo": people(raw, "Reply-To"),
        "subject": str(message["Subject"] or ""),
        "text": bodies["plain"],
        "html": bodies["html"],
        "files": [file_of(part) for part in leaves(message) if not any(part is body for body in body_parts)],
        "defects": [defect for part in parts for defect in defects_of(part)],
    }


json.dump([read(base64.b64decode(each)) for each in json.load(sys.stdin)], sys.stdout)
