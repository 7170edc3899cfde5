// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.DeltaDiscoveryRequest;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServerResourcesTest {

    @Test
    void hasTheSameVersionForTheSameResourcesInAnyOrder() {
        assertThat(resources("a=1", "b=2").version())
                .isEqualTo(resources("b=2", "a=1").version())
                .isEqualTo("37664b19301f")
                .isNotEqualTo(resources("a=2", "b=1").version())
                .isNotEqualTo(resources("a=1").version());
    }

    @Test
    void hidesWhatIsSharedBehindWhatIsItsOwn() {
        ServerResources layered = resources("a=1", "b=1").with(list("b=2", "c=2"));

        assertThat(layered.all().stream().map(it -> it.name() + it.version()))
                .containsExactlyInAnyOrder("a1", "b2", "c2");
        assertThat(layered.names()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(layered.get("b")).isEqualTo(Transcript.resource("b=2"));
        assertThat(layered.get("a")).isEqualTo(Transcript.resource("a=1"));
        assertThat(layered.get("d")).isNull();
    }

    @Test
    void namesWhatChangedInEitherLayer() {
        ServerResources base = resources("a=1", "b=1", "c=1");
        ServerResources next = resources("a=1", "b=2", "d=1");

        assertThat(base.changedSince(base)).isEmpty();
        assertThat(next.changedSince(base)).containsExactlyInAnyOrder("b", "c", "d");
        assertThat(base.with(list("x=2")).changedSince(base.with(list("x=1"))))
                .containsExactly("x");
        assertThat(next.with(list("x=2")).changedSince(base.with(list("x=1", "y=1"))))
                .containsExactlyInAnyOrder("b", "c", "d", "x", "y");
        assertThat(base.with(list("x=1")).changedSince(ServerResources.EMPTY))
                .containsExactlyInAnyOrder("a", "b", "c", "x");
        assertThat(next.changedSince(base.with(list("x=1"))))
                .containsExactlyInAnyOrder("b", "c", "d", "x");
    }

    @Test
    void refusesTwoOfOneName() {
        assertThatThrownBy(() -> resources("a=1", "a=2")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givesUpOnAClientThatWantsMoreNamesThanThereCanBe() {
        var stream = ServerStream.delta("istiod", "s-");
        List<String> names =
                IntStream.rangeClosed(0, ServerSubscription.MAX_NAMES)
                        .mapToObj(i -> "n" + i)
                        .toList();

        assertThat(
                        stream.receive(
                                DeltaDiscoveryRequest.newBuilder()
                                        .setTypeUrl(TypeUrl.ENDPOINT.url())
                                        .addAllResourceNamesSubscribe(names)
                                        .build()))
                .isEqualTo(new ServerEvent.TooManyNames(TypeUrl.ENDPOINT, names.size()));
    }

    private static ServerResources resources(String... resources) {
        return ServerResources.of(list(resources));
    }

    private static List<ServerResource> list(String... resources) {
        return Stream.of(resources).map(Transcript::resource).toList();
    }
}
