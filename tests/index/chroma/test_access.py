"""A Chroma server that wants a token, is behind TLS, or has the index in a tenant of its own."""

import shutil
from contextlib import closing
from dataclasses import replace

import chromadb
import pytest

from index.chroma.server import Server, _headers
from index.chroma.store import VectorStore
from index.errors import StorageError, UnreachableError
from index.library import Library
from index.sync.check import check
from index.sync.sync import sync
from tests.index.chroma.chroma_server import ChromaServer
from tests.index.chroma.guarded import Guarded, make_certificate
from tests.index.workshop import CONFIG

TOKEN = "ck-secret/42"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    chroma = ChromaServer(tmp_path_factory.mktemp("chroma")).start()
    yield chroma.server
    chroma.kill()


@pytest.fixture
def guarded(running):
    with closing(Guarded(running, TOKEN)) as guarded:
        yield guarded


def synced(workshop, server):
    return sync(workshop.corpus, workshop.storage, workshop.encoder, CONFIG, server=server)


def assert_it_answers(workshop, server):
    assert synced(workshop, server).passages
    report = check(workshop.corpus, workshop.storage, workshop.encoder.fingerprint, CONFIG, server)
    assert report.findings == ()
    with closing(Library(workshop.corpus, workshop.storage, workshop.encoder, server)) as library:
        assert library.dense(library.embed("the bridge"), 3)


def refused(workshop, server):
    with pytest.raises(UnreachableError) as caught:
        synced(workshop, server)
    message = str(caught.value)
    assert "\n" not in message
    assert "secret" not in message
    return message


def test_with_its_token_a_guarded_server_answers(workshop, guarded):
    assert_it_answers(workshop, guarded.server)
    assert guarded.passed and not guarded.refused


@pytest.mark.parametrize("token", ["", "another-secret"])
def test_a_wrong_token_is_told_in_one_line_and_costs_nothing(workshop, guarded, token):
    synced(workshop, guarded.server)
    wrong = replace(guarded.server, token=token)
    (workshop.corpus / "1.txt").unlink()
    message = refused(workshop, wrong)
    assert "refused access (401)" in message
    assert "give BYLINE_CHROMA a token" in message
    with closing(Library(workshop.corpus, workshop.storage, workshop.encoder, wrong)) as library:
        assert library.catalog.full_text.passages(["town"], 5).every  # words are searched
        with pytest.raises(UnreachableError, match="refused access"):
            library.dense(library.embed("the bridge"), 3)
    report = synced(workshop, guarded.server)
    assert (report.embedded, report.repaired, len(report.removed)) == (0, False, 1)


def test_an_index_may_be_in_a_tenant_and_database_of_its_own(workshop, running):
    admin = chromadb.AdminClient(
        chromadb.Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=running.host,
            chroma_server_http_port=running.port,
            anonymized_telemetry=False,
        )
    )
    with closing(admin._server._session):
        in_a_tenant_of_its_own(workshop, running, admin)


def in_a_tenant_of_its_own(workshop, running, admin):
    admin.create_tenant("desk")
    admin.create_database("news", "desk")
    own = replace(running, tenant="desk", database="news")
    assert_it_answers(workshop, own)
    assert {database["name"] for database in admin.list_databases(tenant="desk")} == {"news"}
    with closing(Library(workshop.corpus, workshop.storage, workshop.encoder, own)) as library:
        name = library._collection()
    with pytest.raises(StorageError):  # it is not among those without a tenant
        VectorStore(workshop.storage, name, server=running)
    for tenant, database in (("desk", "other"), ("nobody", "news")):
        message = refused(workshop, replace(running, tenant=tenant, database=database))
        assert f"database '{database}' of a tenant '{tenant}'" in message
        assert "BYLINE_CHROMA" in message


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
def test_tls_is_used_and_verified(workshop, running, tmp_path, monkeypatch):
    certificate = make_certificate(tmp_path)
    with closing(Guarded(running, TOKEN, certificate)) as guarded:
        assert "certificate" in refused(workshop, guarded.server)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert_it_answers(workshop, guarded.server)


def test_only_chroma_cloud_has_its_own_header_and_small_requests(running, tmp_path, monkeypatch):
    cloud = Server("api.trychroma.com", 443, True, TOKEN)
    assert _headers(cloud) == {"X-Chroma-Token": TOKEN}
    assert "Authorization" in _headers(replace(cloud, host="chroma.example"))
    assert _headers(running) == {}
    assert (cloud.most, running.most) == (300, 5000)


def test_a_server_of_small_requests_holds_and_finds_the_same(workshop, running, monkeypatch):
    monkeypatch.setattr(Server, "most", 2)
    assert_it_answers(workshop, running)
    with closing(Library(workshop.corpus, workshop.storage, workshop.encoder, running)) as library:
        assert len(library.dense(library.embed("the bridge"), 9)) == 2
