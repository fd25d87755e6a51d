import pathlib
import re
import unittest
import urllib.error
import urllib.request

import linklog
from dev import Dev
from linklog import Linklog


class LinklogTest(unittest.TestCase):
    """The client and a real Linklog."""

    dev: Dev
    linklog: Linklog

    @classmethod
    def setUpClass(cls) -> None:
        cls.dev = Dev()
        cls.addClassCleanup(cls.dev.stop)
        cls.linklog = Linklog(cls.dev.api, cls.dev.api_key)

    def test_example_of_readme(self) -> None:
        readme = (pathlib.Path(__file__).parents[1] / "README.md").read_text()
        example = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)[0]
        exec(example.replace("https://api.example.com", self.dev.api).replace("pl_live_…", self.dev.api_key), {})
        self.assertEqual(self.linklog.get_link_by_slug("spring-sale")["long_url"], "https://example.com/spring")

    def test_life_of_a_link(self) -> None:
        client = self.linklog
        made = client.create_link(
            url="https://example.com/a?b=c", custom_slug="life", title="Größe ✓", metadata={"team": "eu"}
        )
        self.assertEqual(made["title"], "Größe ✓")
        link = client.get_link(made["id"], fields="all")
        changed = client.update_link(
            link["id"], if_match=link["version"], fields="all", url="https://example.org/", title=None
        )
        self.assertEqual((changed["long_url"], changed["title"]), ("https://example.org/", None))
        with self.assertRaises(linklog.VersionConflictError):
            client.update_link(link["id"], if_match=link["version"], note="late")
        self.assertEqual([one["id"] for one in client.list_links(metadata={"team": "eu"})["links"]], [link["id"]])
        history = client.get_history(link["id"])["history"]
        self.assertEqual([change["event"] for change in history], ["changed", "destination", "created"])
        self.assertEqual(client.revert_link(link["id"], version=1)["long_url"], "https://example.com/a?b=c")
        self.assertEqual(client.get_qr_code(link["id"], size=128)[1:4], b"PNG")
        self.assertRegex(client.list_clicks_csv(link["id"]), "^number,")
        client.delete_link(link["id"])
        with self.assertRaises(linklog.NotFoundError):
            client.get_link(link["id"])

    def test_errors_have_a_class_and_say_what_is_wrong(self) -> None:
        self.linklog.create_link(url="https://example.com", custom_slug="taken")
        with self.assertRaises(linklog.SlugTakenError):
            self.linklog.create_link(url="https://example.com", custom_slug="taken")
        with self.assertRaises(linklog.ValidationError) as caught:
            self.linklog.create_link(url="https://example.com", custom_slug="a b")
        self.assertEqual((caught.exception.status, caught.exception.field), (422, "custom_slug"))
        with self.assertRaises(linklog.UnauthorizedError):
            Linklog(self.dev.api, "nobody").get_account()

    def test_one_key_is_one_write(self) -> None:
        ids = {self.linklog.create_link(url="https://example.com", idempotency_key="py-once")["id"] for _ in range(2)}
        self.assertEqual(len(ids), 1)

    def test_all_pages(self) -> None:
        slugs = [f"page-{n}" for n in range(5)]
        operations = [
            {"op": "create", "url": "https://example.com", "custom_slug": slug, "tags": ["pages"]} for slug in slugs
        ]
        self.assertEqual(self.linklog.change_links(operations=operations, atomic=True)["succeeded"], 5)
        links = self.linklog.iterate_links(tag="pages", sort="slug", order="asc", limit=2)
        self.assertEqual([link["slug"] for link in links], slugs)
        self.assertEqual(self.linklog.count_links(tag="pages"), 5)

    def test_clicks_as_they_happen(self) -> None:
        link = self.linklog.create_link(url="https://example.com", custom_slug="live")
        place, seen = self.place(), []
        for _ in range(2):
            self.visit(link["short_url"])
            seen.append(next(self.linklog.stream_clicks(link=link["id"], last_event_id=place)))
            place = seen[-1].id
        self.assertEqual([(event.event, event.data["slug"]) for event in seen], [("click", "live")] * 2)
        self.assertEqual(len({event.data["id"] for event in seen}), 2)
        clicks = [click["link_id"] for click in self.linklog.export_clicks(link=link["id"])]
        self.assertEqual(clicks, [link["id"]] * 2)

    def place(self) -> str:
        """Where the stream of clicks stands."""
        headers = {"Authorization": f"Bearer {self.dev.api_key}"}
        with urllib.request.urlopen(urllib.request.Request(f"{self.dev.api}/v1/clicks/stream", None, headers)) as stream:
            return next(line[4:].decode().strip() for line in stream if line.startswith(b"id: "))

    def visit(self, url: str) -> None:
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        opener = urllib.request.build_opener(Stay)
        opener.addheaders = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")]
        with self.assertRaises(urllib.error.HTTPError) as caught:
            opener.open(url)
        caught.exception.close()
        self.assertEqual(caught.exception.code, 302)
