"""Check pages as changedetection.io does; run by a Python that has it (0.60 was measured).

`python changedetection_row.py BASE PAGES FOLDER` checks each page once for each line of its input, and prints the CPU
seconds that this took; in one process without its web server, queue and notifications, which is in its favour.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

from changedetectionio import store as cd_store  # type: ignore[import-not-found]
from changedetectionio.content_fetchers.exceptions import (  # type: ignore[import-not-found]
    checksumFromPreviousCheckWasTheSame,
)
from changedetectionio.processors.text_json_diff import processor  # type: ignore[import-not-found]
from loguru import logger  # type: ignore[import-not-found]


async def check(datastore: Any, uuid: str) -> None:
    handler = processor.perform_site_check(datastore=datastore, watch_uuid=uuid)
    await handler.call_browser()
    watch = datastore.data["watching"][uuid]
    try:
        changed, update, contents = handler.run_changedetection(watch=watch)
    except checksumFromPreviousCheckWasTheSame:
        return
    datastore.update_watch(uuid=uuid, update_obj=update)
    watch.reset_watch_edited_flag()  # as its worker does: or the same bytes would be read again
    if changed or not watch.history_n:
        text = contents.decode() if isinstance(contents, bytes) else contents
        watch.save_history_blob(contents=text, timestamp=int(time.time()), snapshot_id=update.get("previous_md5", ""))


def main(base: str, pages: int, folder: str) -> None:
    logger.remove()
    datastore = cd_store.ChangeDetectionStore(datastore_path=folder, include_default_watches=False)
    uuids = [datastore.add_watch(url=f"{base}/article-{number}") for number in range(pages)]
    for _ in sys.stdin:
        started = time.process_time()
        asyncio.run(check_all(datastore, uuids))
        print(time.process_time() - started, flush=True)
    datastore.stop_thread = True


async def check_all(datastore: Any, uuids: list[str]) -> None:
    for uuid in uuids:
        await check(datastore, uuid)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
