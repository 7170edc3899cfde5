// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.cli.client.CliFault;
import io.serin.cli.demo.event.DemoEvent.SecondOfTraffic;
import io.serin.cli.demo.event.TrafficCounts;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.Objects;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The load client, from its first request to its last: what it counts is told second by second.
 * Used by the story's thread.
 */
final class Visitors implements AutoCloseable {

    static final String NAMESPACE = "visitors";

    private static final ObjectName CLIENT = new ObjectName(NAMESPACE, "client");

    private final ClusterReader reader;
    private final Objects objects;
    private final Narrator narrator;
    private final Shop shop;
    private @Nullable Traffic traffic;

    Visitors(Kube kube, Narrator narrator, Shop shop) {
        this.reader = new ClusterReader(kube);
        this.objects = new Objects(kube);
        this.narrator = narrator;
        this.shop = shop;
    }

    /** From here on, all is counted. */
    void come() {
        shop.apply("client.yaml");
        shop.awaitRollout(NAMESPACE);
        follow();
    }

    private void follow() {
        close();
        ObjectName pod = reader.pods(NAMESPACE, Map.of("app", "client")).getFirst().name();
        traffic = new Traffic(reader, pod, second -> narrator.tell(new SecondOfTraffic(second)));
    }

    /** A moment to count from. */
    int mark() {
        return traffic().mark();
    }

    TrafficCounts since(int mark) {
        return traffic().since(mark);
    }

    /** What they count in the next seconds. */
    TrafficCounts watch(int seconds) {
        int mark = mark();
        for (int i = 0; i < seconds; i++) {
            var _ = traffic().next();
        }
        return since(mark);
    }

    /** Until a whole second shows the new split, or near enough for its few requests. */
    void awaitSplit(int wantedV1) {
        Instant end = Instant.now().plus(Waits.PATIENCE);
        while (true) {
            TrafficCounts second = traffic().next();
            double off = Math.abs(second.percent("v1") - wantedV1);
            boolean near = wantedV1 % 100 == 0 ? off == 0 : off < 12;
            if (near && second.of("v3") == 0) {
                return;
            }
            if (Instant.now().isAfter(end)) {
                throw CliFault.failed(
                        "the split is not followed: " + second.versions(),
                        "look at the route: kubectl -n shop describe httproute reviews");
            }
        }
    }

    /** Their counts of the whole run, every answer that was still due included. */
    TrafficCounts leave() {
        objects.scale(CLIENT, 0);
        narrator.waiting("the client's last answers");
        return traffic().whole();
    }

    /** After they have left; counts anew. */
    void comeBack() {
        objects.scale(CLIENT, 1);
        shop.awaitRollout(NAMESPACE);
        follow();
    }

    /** Empty when no request failed. */
    String lastFailure() {
        return traffic().lastFailure();
    }

    private Traffic traffic() {
        if (traffic == null) {
            throw new IllegalStateException("no client yet");
        }
        return traffic;
    }

    /** Only stops to listen. */
    @Override
    public void close() {
        if (traffic != null) {
            traffic.close();
        }
    }
}
