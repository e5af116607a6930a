import unittest
from typing import Dict

from settings import SecondLineSettings, Settings, SettingsError, parse_settings

SECOND_LINE = {
    "SECOND_LINE": "on",
    "AUTH0_ISSUER": "https://acme.eu.auth0.com/",
    "AUTH0_AUDIENCE": "https://api.acme.com",
}


class ParseSettings(unittest.TestCase):
    def test_needs_nothing(self) -> None:
        self.assertEqual(parse_settings({}), Settings(None, None))

    def test_reads_all(self) -> None:
        self.assertEqual(
            parse_settings({**SECOND_LINE, "CORS_ORIGIN": "http://localhost:4014", "AUTH0_CA_FILE": "ca.pem"}),
            Settings(
                "http://localhost:4014",
                SecondLineSettings("https://acme.eu.auth0.com/", "https://api.acme.com", "ca.pem"),
            ),
        )

    def test_refuses_what_it_would_have_to_guess(self) -> None:
        cases: Dict[str, Dict[str, str]] = {
            "CORS_ORIGIN must be one origin": {"CORS_ORIGIN": "https://app.acme.com/"},
            "CORS_ORIGIN must be one": {"CORS_ORIGIN": "*"},
            "SECOND_LINE must be on or off": {**SECOND_LINE, "SECOND_LINE": "1"},
            "AUTH0_ISSUER must be": {**SECOND_LINE, "AUTH0_ISSUER": ""},
            "AUTH0_ISSUER must be the": {**SECOND_LINE, "AUTH0_ISSUER": "https://acme.eu.auth0.com"},
            "AUTH0_ISSUER must be the https": {**SECOND_LINE, "AUTH0_ISSUER": "http://acme.eu.auth0.com/"},
            "AUTH0_AUDIENCE must be": {**SECOND_LINE, "AUTH0_AUDIENCE": ""},
            "mean nothing without SECOND_LINE=on": {**SECOND_LINE, "SECOND_LINE": ""},
        }
        for problem, env in cases.items():
            with self.subTest(env):
                with self.assertRaisesRegex(SettingsError, problem):
                    parse_settings(env)

    def test_names_all_problems_at_once(self) -> None:
        with self.assertRaises(SettingsError) as caught:
            parse_settings({"SECOND_LINE": "on", "CORS_ORIGIN": "*"})
        self.assertEqual(len(str(caught.exception).splitlines()), 3)


if __name__ == "__main__":
    unittest.main()
