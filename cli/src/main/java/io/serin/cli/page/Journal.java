// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.page;

import io.serin.cli.demo.event.DemoEvent;
import io.serin.cli.demo.event.DemoEvent.Ended;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a browser has to be told that comes late, or comes back: of each kind of event the latest,
 * as many as make the picture. So it has a bound, however long the demo is kept running. Each
 * second carries the sums of all before, so that none is missed. Owned by one thread.
 */
final class Journal {

    private static final class Kind {
        final Deque<Long> numbers = new ArrayDeque<>();
        JsonObject last = new JsonObject();
    }

    private final String run;
    private final SortedMap<Long, String> frames = new TreeMap<>();
    private final Map<String, Kind> kinds = new HashMap<>();
    private long latest;
    private long sent;
    private long failed;

    /**
     * @param run tells this demo from others at the same address; without {@code -}
     */
    Journal(String run) {
        this.run = run;
    }

    /**
     * Notes an event.
     *
     * @param at since the demo's beginning
     * @return whether there is something new to tell
     */
    boolean add(DemoEvent event, Duration at) {
        count(event);
        EventJson json = EventJson.of(event);
        Kind kind = kinds.computeIfAbsent(json.kind(), _ -> new Kind());
        Long before = kind.numbers.peekLast();
        // What is waited for is said again and again, until it has come.
        if (json.kept() == 1
                && before != null
                && before == latest
                && kind.last.equals(json.body())) {
            return false;
        }
        kind.last = json.body().copy();
        latest++;
        kind.numbers.addLast(latest);
        if (kind.numbers.size() > json.kept()) {
            frames.remove(kind.numbers.removeFirst());
        }
        JsonObject body = json.body().put("at", at.toMillis());
        if (event instanceof SecondOfTraffic) {
            body.put("total", new JsonObject().put("sent", sent).put("failed", failed));
        }
        frames.put(
                latest,
                "id: "
                        + run
                        + "-"
                        + latest
                        + "\nevent: "
                        + json.kind()
                        + "\ndata: "
                        + body
                        + "\n\n");
        return true;
    }

    /** The client's own counts at its end hold; one that comes back later counts from 0. */
    private void count(DemoEvent event) {
        if (event instanceof SecondOfTraffic(var counts)) {
            sent += counts.sent();
            failed += counts.failed();
        } else if (event instanceof Ended ended) {
            sent = ended.whole().sent();
            failed = ended.whole().failed();
        }
    }

    /** The number of the latest event; 0 before the first. */
    long latest() {
        return latest;
    }

    /** The frames of server-sent events after a number, in order. */
    Collection<String> after(long number) {
        return frames.tailMap(number + 1).values();
    }

    /**
     * Where a browser has got to.
     *
     * @param lastEventId as it says it itself; empty when it is new
     * @return 0 when it has to begin, since it is new or was another demo's
     */
    long numberOf(String lastEventId) {
        int dash = lastEventId.indexOf('-');
        if (dash < 0 || !lastEventId.substring(0, dash).equals(run)) {
            return 0;
        }
        try {
            long number = Long.parseLong(lastEventId.substring(dash + 1));
            return number < 0 || number > latest ? 0 : number;
        } catch (NumberFormatException notOurs) {
            return 0;
        }
    }
}
