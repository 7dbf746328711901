from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.config import Config, variables
from newscrawl.errors import ConfigError

INVALID = [  # variable, value, part of the message
    ("NEWSCRAWL_LOG_KEY_FILE", "/", "file"),
    ("NEWSCRAWL_TIMESTAMP_URL", "tsa.example", "http"),
    ("NEWSCRAWL_MONGO_URI", "localhost:27017", "mongodb://"),
    ("NEWSCRAWL_CLUSTER_URI", "localhost:6379", "redis://"),
    ("NEWSCRAWL_MONGO_DATABASE", "a.b", "letters"),
    ("NEWSCRAWL_MONGO_TIMEOUT_SECONDS", "0", "between"),
    ("NEWSCRAWL_MONGO_TIMEOUT_SECONDS", "soon", "number"),
    ("NEWSCRAWL_HOME", __file__, "folder"),
    ("NEWSCRAWL_CONTACT_URL", "editor@paper.example", "http"),
    ("NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS", "nan", "between"),
    ("NEWSCRAWL_DOWNLOAD_MAX_BYTES", "16MB", "whole number"),
    ("NEWSCRAWL_DELAY_SECONDS", "-1", "between"),
    ("NEWSCRAWL_CRAWL_DELAY_MAX_SECONDS", "inf", "between"),
    ("NEWSCRAWL_HOST_REQUESTS_PER_HOUR", "-1", "between"),
    ("NEWSCRAWL_EGRESS_ALLOW", "http://10.0.0.1/", "host:port"),
    ("NEWSCRAWL_PROXY_URL", "socks5://proxy.example:1080", "http"),
    ("NEWSCRAWL_PROXIES", "http://proxy.example:3128", "NAME=URL"),
    ("NEWSCRAWL_PROXIES", "uk=proxy.example:3128", "http"),
    ("NEWSCRAWL_PROXY_RESOLVES", "perhaps", "one of"),
    ("NEWSCRAWL_CHROMIUM", "/no/such/chromium", "program"),
    ("NEWSCRAWL_DISCOVERY_MAX_URLS", "0", "between"),
    ("NEWSCRAWL_DISCOVERY_EVERY_SECONDS", "5", "between"),
    ("NEWSCRAWL_RECHECK_MAX_PER_RUN", "1.5", "whole number"),
    ("NEWSCRAWL_CATCH", "1", "between 0.5 and 0.99"),
    ("NEWSCRAWL_MASS_CHANGE_WINDOW_SECONDS", "59", "between"),
    ("NEWSCRAWL_STORE_PATIENCE_SECONDS", "-1", "between"),
    ("NEWSCRAWL_YIELD_AFTER_SECONDS", "0", "between"),
    ("NEWSCRAWL_STALLED_AFTER_SECONDS", "never", "number"),
    ("NEWSCRAWL_WORKER_SILENCE_SECONDS", "0", "between"),
    ("NEWSCRAWL_POLICY", "often", "no such policy"),
    ("NEWSCRAWL_POLICY", "hazard:price=cheap", "not a number"),
    ("NEWSCRAWL_POLICY", "hazard:price=-1", "above zero"),
    ("NEWSCRAWL_POLICY", "hazard:match=sniffer-catch", "must not have match="),
    ("NEWSCRAWL_POLICY", "diffengine:price=1", "no option of diffengine"),
    ("NEWSCRAWL_CHECKS_KEEP_DAYS", "0", "between"),
    ("NEWSCRAWL_RUNS_KEEP_DAYS", "0", "between"),
    ("NEWSCRAWL_QUARANTINE_KEEP_DAYS", "0.5", "whole number"),
    ("NEWSCRAWL_LOG_FORMAT", "xml", "one of"),
    ("NEWSCRAWL_LOG_LEVEL", "LOUD", "one of"),
    ("NEWSCRAWL_SERVE_HOST", "", ""),
    ("NEWSCRAWL_SERVE_PORT", "70000", "between"),
    ("NEWSCRAWL_PING_URL", "ftp://ping.example/secret", "http"),
    ("NEWSCRAWL_UNWATCHED_AFTER_SECONDS", "-1", "between"),
    ("NEWSCRAWL_METRICS_HOST", "", ""),
    ("NEWSCRAWL_METRICS_PORT", "70000", "between"),
    ("NEWSCRAWL_SERVE_METRICS_PORT", "off", "whole number"),
    ("NEWSCRAWL_SERVE_CONTACT", "the editor", "mail address"),
    ("NEWSCRAWL_SERVE_WATCH", "sometimes", "yes or no"),
    ("NEWSCRAWL_SERVE_SUBSCRIBE", "mail,pigeon", "mail, webhook"),
    ("NEWSCRAWL_MAIL_URL", "smtp://mail.example/", "?from="),
    ("NEWSCRAWL_MAIL_URL", "smtp://ada:gr%C3%BCn@mail.example/?from=a@paper.example", "in ASCII"),
    ("NEWSCRAWL_SUBSCRIPTIONS_KEEP_MONTHS", "0", "between"),
    ("NEWSCRAWL_PUBLIC_URL", "//archive.example", "http"),
    ("NEWSCRAWL_SERVE_ACCESS", "closed", "one of"),
    ("NEWSCRAWL_SERVE_INDEXED", "maybe", "yes or no"),
    ("NEWSCRAWL_SERVE_FRAMED_BY", "https://blog.example; script-src *", "origins"),
    ("NEWSCRAWL_SERVE_FRAMED_BY", "https://blog.example/path", "origins"),
    ("NEWSCRAWL_SERVE_USER_HEADER", "X_User", "header"),
    ("NEWSCRAWL_TRUSTED_PROXIES", "10.0.0.1/8", "host bits"),
    ("NEWSCRAWL_TRUSTED_PROXIES", "proxy", "addresses"),
    ("NEWSCRAWL_ALLOWED_HOSTS", "http://archive.example/", "host:port"),
]


@pytest.mark.parametrize(("name", "value", "message"), [row for row in INVALID if row[1]])
def test_invalid_value_raises_an_error_that_names_the_variable(name: str, value: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({name: value})
    assert str(caught.value).startswith(name)
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_every_variable_has_an_invalid_value_in_this_file() -> None:
    assert {name for name, _, _ in INVALID} == {name for name, _, _ in variables()}


def test_unknown_variable_is_an_error_that_suggests_a_similar_one() -> None:
    with pytest.raises(ConfigError, match=r"NEWSCRAWL_MONGO_URL: no such setting; did you mean NEWSCRAWL_MONGO_URI\?"):
        Config.from_env({"NEWSCRAWL_MONGO_URL": "mongodb://localhost/"})


def test_bounds_are_said_as_they_are_typed() -> None:
    with pytest.raises(ConfigError, match=r"60 (to|and) 2592000"):
        Config.from_env({"NEWSCRAWL_DISCOVERY_EVERY_SECONDS": "1"})


def test_empty_value_means_unset() -> None:
    assert Config.from_env({"NEWSCRAWL_POLICY": "", "NEWSCRAWL_MONGO_URI": ""}) == Config.from_env({})


def test_password_of_a_uri_is_not_in_the_message() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"NEWSCRAWL_MONGO_URI": "http://user:hunter2@db.example/"})
    assert "hunter2" not in str(caught.value)


def test_valid_values_are_typed(tmp_path: Path) -> None:
    config = Config.from_env(
        {
            "NEWSCRAWL_HOME": str(tmp_path),
            "NEWSCRAWL_DELAY_SECONDS": "2.5",
            "NEWSCRAWL_SERVE_PORT": "8080",
            "NEWSCRAWL_EGRESS_ALLOW": "10.0.0.1:8080, intranet.example",
        }
    )
    assert (config.home, config.delay_seconds, config.serve_port) == (tmp_path, 2.5, 8080)
    assert config.egress_allow == ("10.0.0.1:8080", "intranet.example")


@pytest.mark.parametrize(
    "policy", ["hazard", "hazard:price=0.01", "diffengine", "fixed:minutes=45", "sniffer", "newsdiffs"]
)
def test_every_policy_can_be_set_in_the_environment(policy: str) -> None:
    assert Config.from_env({"NEWSCRAWL_POLICY": policy}).policy == policy
