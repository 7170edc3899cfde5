// SPDX-License-Identifier: Apache-2.0
package io.serin.control.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.control.ApiServerStub;
import io.serin.control.index.Verdict;
import io.serin.kube.Kube;
import io.serin.kube.type.ObjectName;
import io.serin.kube.write.RouteStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusWriterIT {

    private static final Verdict VERDICT =
            new Verdict(new ObjectName("shop", "reviews"), 1, List.of());

    private @TempDir Path folder;
    private final AtomicBoolean isLeading = new AtomicBoolean();
    private ApiServerStub api;
    private Kube kube;
    private StatusWriter writer;

    @BeforeEach
    void start() throws IOException {
        api = new ApiServerStub();
        kube = Kube.connect(Optional.of(api.kubeconfig(folder)), Optional.empty());
        writer =
                new StatusWriter(
                        new RouteStatus(kube, InstantSource.system()),
                        "serin.io/1-0",
                        isLeading::get);
        var _ = writer.start();
    }

    @AfterEach
    void stop() {
        var _ = writer.stop();
        kube.close();
        api.close();
    }

    @Test
    void aReplicaThatDoesNotLeadWritesWhatItKnowsWhenItComesTo() throws InterruptedException {
        writer.accept(List.of(VERDICT));
        assertThat(api.reads.poll(500, TimeUnit.MILLISECONDS)).isNull();

        isLeading.set(true);
        writer.leadershipChanged();
        assertThat(api.reads.poll(10, TimeUnit.SECONDS)).endsWith("/httproutes/reviews");

        // Another wrote meanwhile: all is looked at again.
        isLeading.set(false);
        writer.leadershipChanged();
        assertThat(api.reads.poll(500, TimeUnit.MILLISECONDS)).isNull();
        isLeading.set(true);
        writer.leadershipChanged();
        assertThat(api.reads.poll(10, TimeUnit.SECONDS)).endsWith("/httproutes/reviews");
    }
}
