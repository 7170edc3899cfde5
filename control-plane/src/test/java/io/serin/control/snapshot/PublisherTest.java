// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.control.index.IndexChange;
import io.serin.control.index.MeshIndex;
import io.serin.control.translate.MeshText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublisherTest {

    private final HandMovedPacer pacer = new HandMovedPacer();
    private final Publisher publisher = new Publisher(pacer);
    private final List<String> published = new ArrayList<>();

    PublisherTest() {
        publisher.subscribe(snapshots ->
                published.add(
                        Duration.ofNanos(pacer.nanos()).toMillis()
                                + "ms: "
                                + snapshots.services()
                                + " services, first at "
                                + Duration.ofNanos(snapshots.changedNanos()).toMillis()));
    }

    @Test
    void hasNothingBeforeTheFirstChange() {
        assertThat(publisher.latest()).isEmpty();
    }

    @Test
    void publishesAChangeOnceItHasBeenQuiet() {
        change(1);
        pacer.moveTo(99);
        assertThat(published).isEmpty();
        pacer.moveTo(100);
        assertThat(published).containsExactly("100ms: 1 services, first at 0");
        assertThat(publisher.latest()).get().extracting(Snapshots::number).isEqualTo(1L);
    }

    @Test
    void gathersChangesThatFollowOneAnother() {
        change(1);
        pacer.moveTo(60);
        change(2);
        pacer.moveTo(150);
        change(3);
        pacer.moveTo(1000);
        assertThat(published).containsExactly("250ms: 3 services, first at 0");
    }

    @Test
    void letsNoChangeWaitForMoreThanASecond() {
        for (int millis = 0; millis < 2_150; millis += 90) {
            pacer.moveTo(millis);
            change(millis / 90);
        }
        pacer.moveTo(2_080);
        assertThat(published)
                .containsExactly(
                        "1000ms: 11 services, first at 0", "2080ms: 23 services, first at 1080");
    }

    @Test
    void publishesARemovalAtOnceWithAllThatWaited() {
        change(5);
        pacer.moveTo(40);
        removal(4);
        pacer.moveTo(40);
        assertThat(published).containsExactly("40ms: 4 services, first at 0");
        pacer.moveTo(5_000);
        assertThat(published).hasSize(1);
    }

    @Test
    void doesNotLetARemovalWaitForAChangeThatComesRightAfter() {
        removal(4);
        change(5);
        change(6);
        pacer.moveTo(0);
        assertThat(published).containsExactly("0ms: 6 services, first at 0");
    }

    @Test
    void keepsNoTimersOfWhatWasPublishedEarly() {
        for (int millis = 0; millis < 1_000; millis += 10) {
            pacer.moveTo(millis);
            change(1);
            removal(1);
        }
        pacer.moveTo(1_200);
        assertThat(pacer.waiting()).isZero();
        assertThat(published).hasSize(100);
    }

    @Test
    void goesOnAfterASubscriberFailed() {
        publisher.subscribe(_ -> {
            throw new IllegalStateException("no");
        });
        change(1);
        pacer.moveTo(100);
        change(2);
        pacer.moveTo(200);
        assertThat(published)
                .containsExactly(
                        "100ms: 1 services, first at 0", "200ms: 2 services, first at 100");
    }

    private void change(int services) {
        publisher.accept(new IndexChange(mesh(services), false));
    }

    private void removal(int services) {
        publisher.accept(new IndexChange(mesh(services), true));
    }

    private static MeshIndex mesh(int services) {
        var text = new StringBuilder();
        for (int i = 0; i < services; i++) {
            text.append("service s" + i + ".shop 10.96.0." + i + " 80\n");
        }
        return MeshText.index(text.toString());
    }
}
