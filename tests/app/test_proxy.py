"""The page behind a real nginx, at the root of its site and under /news, as docs/serving.md says."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from tests.app.nginx import BARE, NGINX, ROOT, documented, free_port, nginx
from tests.browser.serving import served

pytestmark = pytest.mark.skipif(
    NGINX is None, reason="nginx is missing: run `apt-get install --yes nginx-light`"
)
PUBLIC = "https://desk.example"
QUESTION = "Where did Obama say Assad must go?"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=desk.example "
        "-keyout privkey.pem -out fullchain.pem".split(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    (folder / "desk.htpasswd").write_text("ann:{PLAIN}open sesame\n")
    return folder


@pytest.fixture(scope="module", params=["", "/news"], ids=["root", "news"])
def site(
    request: pytest.FixtureRequest, certificate: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Addresses of one page: `documented` by its name, `bare` through nginx's defaults, `stripped`."""
    path, folder = request.param, tmp_path_factory.mktemp("proxy")
    environment = {"BYLINE_ROOT_PATH": PUBLIC + path}
    with served(ROOT / "corpus", folder / "storage", environment) as address:
        assert address.endswith(f"{path}/")
        behind = httpx.URL(address).netloc.decode()
        secure, bare, stripped = free_port(), free_port(), free_port()
        block = documented()[bool(path)]
        block = block.replace("listen 443", f"listen 127.0.0.1:{secure}")
        block = block.replace("127.0.0.1:7860", behind)
        block = re.sub(r"/etc/(?:letsencrypt/live/desk.example|nginx)", str(certificate), block)
        plain = BARE.format(port=bare, path=f"{path}/", behind=behind)
        cut = BARE.format(port=stripped, path=f"{path}/", behind=f"{behind}/")
        with nginx(folder / "nginx", block, plain, cut):
            yield {
                "documented": f"https://127.0.0.1:{secure}{path}/",
                "bare": f"http://127.0.0.1:{bare}{path}/",
                "stripped": f"http://127.0.0.1:{stripped}{path}/",
            }


def archive(padding: int) -> bytes:
    """A zip of one story, with a picture of so many bytes."""
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("story.txt", "The ferry Carrow left Oban at noon.\n")
        file.writestr("picture.png", b"\x89PNG" + bytes(padding))
    return out.getvalue()


@pytest.mark.parametrize("way", ["documented", "bare", "stripped"])
def test_page_assets_question_citation_and_upload(site: dict[str, str], way: str) -> None:
    address = site[way]
    headers = {"origin": address.split("/", 3)[0] + "//" + httpx.URL(address).netloc.decode()}
    if way == "documented":
        headers = {"origin": PUBLIC, "host": "desk.example"}
    path = httpx.URL(address).path
    with httpx.Client(
        base_url=address,
        headers=headers,
        verify=False,
        auth=("ann", "open sesame"),
        trust_env=False,
    ) as client:
        page = client.get("")
        assert page.status_code == 200 and "gradio" in page.text
        assert all(f"; path={path}" in one.lower() for one in page.headers.get_list("set-cookie"))
        assert ("; Secure" in page.headers["set-cookie"]) is (way == "documented")
        links = re.findall(r'(?:src|href)="(\.?/?[\w./-]+\.(?:js|css))"', page.text)
        assert len(links) >= 2
        for link in [*links, "./byline/app.js", "./byline/dom.js"]:
            assert client.get(str(httpx.URL(address).join(link))).status_code == 200, link
        answer = client.post("api/ask", json={"question": QUESTION}).json()
        assert "General Assembly" in answer["answer"]
        found = client.get("api/articles", params={"words": "obama says"}).json()["articles"]
        source = client.get("api/source", params={"cite": f"{found[0]['id']}-77-211"})
        assert source.status_code == 200 and "Assad" in source.text
        # nginx takes 1 MB unless it is configured
        week = archive(padding=1_500_000 if way == "documented" else 10_000)
        added = client.post("api/uploads", params={"name": "week.zip"}, content=week)
        assert added.status_code == 201, added.text
        assert client.get("api/uploads").json()["uploads"][0]["name"] == "week.zip"
        assert client.get("api/openapi.json").status_code == 200
        evil = client.post("api/ask", json={}, headers={"origin": "https://evil.example"})
        assert evil.status_code == 403


def test_a_login_at_the_proxy_is_asked_for(site: dict[str, str]) -> None:
    if not site["documented"].endswith("/news/"):
        pytest.skip("the configuration of the root has no login at the proxy")
    with httpx.Client(verify=False, trust_env=False, headers={"host": "desk.example"}) as client:
        assert client.get(site["documented"]).status_code == 401
        assert client.post(f"{site['documented']}api/ask", json={}).status_code == 401


def block_of(kind: str) -> str:
    text = (ROOT / "docs" / "serving.md").read_text("utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)[0]


def test_caddy_accepts_its_configuration(tmp_path: Path) -> None:
    if shutil.which("caddy") is None:
        pytest.skip("caddy is missing: run `apt-get install --yes caddy`")
    (tmp_path / "Caddyfile").write_text(block_of("caddyfile"))
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", "Caddyfile"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is missing")
    unit = block_of("ini").replace("/opt/byline/.venv/bin/python", "/bin/true")
    unit = unit.replace("User=byline\n", "").replace("/opt/byline", "/")
    (tmp_path / "byline.service").write_text(unit)
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "byline.service")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "byline.service" not in done.stderr, done.stderr
