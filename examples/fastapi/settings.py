from dataclasses import dataclass
from typing import List, Mapping, Optional
from urllib.parse import urlsplit


@dataclass(frozen=True)
class SecondLineSettings:
    # Exactly as in "iss", with the slash at the end.
    issuer: str
    audience: str
    # A file to trust for the issuer instead of the system's authorities; the local run has one.
    ca_file: Optional[str] = None


@dataclass(frozen=True)
class Settings:
    # The one origin whose pages may read the answers.
    cors_origin: Optional[str]
    second_line: Optional[SecondLineSettings]


class SettingsError(Exception):
    """Names every problem at once."""


def parse_settings(env: Mapping[str, str]) -> Settings:
    """Refuses to guess: a server with half a second line would look like one that has it."""
    problems: List[str] = []

    cors_origin = env.get("CORS_ORIGIN") or None
    if cors_origin is not None and not _is_origin(cors_origin):
        problems.append(
            "CORS_ORIGIN must be one origin such as https://app.acme.com, without a path or a slash at the end"
        )

    switch = env.get("SECOND_LINE") or "off"
    issuer = env.get("AUTH0_ISSUER") or None
    audience = env.get("AUTH0_AUDIENCE") or None
    ca_file = env.get("AUTH0_CA_FILE") or None
    if switch == "on":
        if issuer is None or not _is_issuer(issuer):
            problems.append(
                "AUTH0_ISSUER must be the https URL in iss, with the slash at the end,"
                " such as https://acme.eu.auth0.com/"
            )
        if audience is None:
            problems.append("AUTH0_AUDIENCE must be the identifier of the API in Auth0")
    elif switch != "off":
        problems.append("SECOND_LINE must be on or off")
    elif issuer or audience or ca_file:
        problems.append("AUTH0_ISSUER, AUTH0_AUDIENCE and AUTH0_CA_FILE mean nothing without SECOND_LINE=on")

    if problems:
        raise SettingsError("\n".join(problems))
    second_line = SecondLineSettings(issuer, audience, ca_file) if issuer and audience else None
    return Settings(cors_origin, second_line)


def _is_origin(text: str) -> bool:
    url = urlsplit(text)
    return url.scheme in ("http", "https") and bool(url.hostname) and text == f"{url.scheme}://{url.netloc}"


def _is_issuer(text: str) -> bool:
    url = urlsplit(text)
    return (
        url.scheme == "https"
        and bool(url.hostname)
        and text.endswith("/")
        and text == f"https://{url.netloc}{url.path}"
    )
