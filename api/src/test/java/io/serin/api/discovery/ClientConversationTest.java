// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import static io.serin.api.codec.TypeUrl.HOME;
import static io.serin.api.codec.TypeUrl.LISTENER;
import static io.serin.api.codec.TypeUrl.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.Node;
import io.serin.api.xds.Resource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The conversation as a script: each row is what happens, line by line, and what the client says to
 * it. {@code +} subscribes, {@code -} unsubscribes, {@code =} is a version held already, {@code !}
 * a NACK.
 */
class ClientConversationTest {

    record Script(String behaviour, String happens, String says) {
        @Override
        public String toString() {
            return behaviour;
        }
    }

    static List<Script> scripts() {
        return List.of(
                new Script(
                        "a first stream asks for all clusters and listeners, and says once who asks",
                        "open",
                        """
                        CLUSTER node
                        LISTENER
                        """),
                new Script(
                        "where home is may be asked alone, and the rest later",
                        """
                        home
                        accept HOME n1 home:1 wants
                        everything
                        close
                        everything
                        """,
                        """
                        HOME node +home
                        HOME nonce n1
                        CLUSTER
                        LISTENER
                        CLUSTER node
                        LISTENER
                        HOME +home =home:1
                        """),
                new Script(
                        "an ACK goes first, alone, and the names it leads to follow without a nonce",
                        """
                        open
                        accept CLUSTER n1 a:1 b:1 wants ENDPOINT a b
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        CLUSTER nonce n1
                        ENDPOINT +a +b
                        """),
                new Script(
                        "a change of names says only what has changed",
                        """
                        open
                        accept CLUSTER n1 a:1 b:1 wants ENDPOINT a b
                        accept CLUSTER n2 c:1 removed b wants ENDPOINT a c
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        CLUSTER nonce n1
                        ENDPOINT +a +b
                        CLUSTER nonce n2
                        ENDPOINT +c -b
                        """),
                new Script(
                        "names that stay the same are not said again",
                        """
                        open
                        accept CLUSTER n1 a:1 wants ENDPOINT a
                        accept CLUSTER n2 a:2 wants ENDPOINT a
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        CLUSTER nonce n1
                        ENDPOINT +a
                        CLUSTER nonce n2
                        """),
                new Script(
                        "a new stream says all names and what is held of each",
                        """
                        open
                        accept CLUSTER n1 a:1 b:7 wants ENDPOINT a b
                        accept ENDPOINT n2 a:3 wants
                        close
                        open
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        CLUSTER nonce n1
                        ENDPOINT +a +b
                        ENDPOINT nonce n2
                        CLUSTER node =a:1 =b:7
                        ENDPOINT +a +b =a:3
                        LISTENER
                        """),
                new Script(
                        "what was removed, or is wanted no more, is not said to be held",
                        """
                        open
                        accept CLUSTER n1 a:1 b:1 wants ENDPOINT a b
                        accept ENDPOINT n2 a:1 b:1 wants
                        accept CLUSTER n3 removed b wants ENDPOINT a
                        accept ENDPOINT n4 removed a wants
                        close
                        open
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        CLUSTER nonce n1
                        ENDPOINT +a +b
                        ENDPOINT nonce n2
                        CLUSTER nonce n3
                        ENDPOINT -b
                        ENDPOINT nonce n4
                        CLUSTER node =a:1
                        ENDPOINT +a
                        LISTENER
                        """),
                new Script(
                        "a type of which nothing is wanted is not opened, since that asks for all",
                        """
                        open
                        accept LISTENER n1 l:1 wants ROUTE r
                        accept LISTENER n2 removed l wants ROUTE
                        close
                        open
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        LISTENER nonce n1
                        ROUTE +r
                        LISTENER nonce n2
                        ROUTE -r
                        CLUSTER node
                        LISTENER
                        """),
                new Script(
                        "a NACK says why, and leaves what was held as it was",
                        """
                        open
                        accept CLUSTER n1 a:1 wants
                        refuse CLUSTER n2 a:2 b:1
                        close
                        open
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        CLUSTER nonce n1
                        CLUSTER nonce n2 !because
                        CLUSTER node =a:1
                        LISTENER
                        """),
                new Script(
                        "a resource that nobody asked for is not said to be held",
                        """
                        open
                        accept CLUSTER n1 a:1 wants ENDPOINT a
                        accept ENDPOINT n2 a:1 z:1 wants
                        close
                        open
                        """,
                        """
                        CLUSTER node
                        LISTENER
                        CLUSTER nonce n1
                        ENDPOINT +a
                        ENDPOINT nonce n2
                        CLUSTER node =a:1
                        ENDPOINT +a =a:1
                        LISTENER
                        """));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void follows(Script script) {
        ClientConversation conversation =
                new ClientConversation(
                        Node.newBuilder().setId("me").build(), Map.of(HOME, Set.of("home")));
        List<String> said = new ArrayList<>();

        script.happens
                .lines()
                .forEach(line -> happen(conversation, line).forEach(r -> said.add(text(r))));

        assertThat(String.join("\n", said)).isEqualTo(script.says.strip());
    }

    @Test
    void saysNothingOfNamesWhileThereIsNoStream() {
        ClientSubscription routes = new ClientSubscription(ROUTE, Set.of());

        assertThat(routes.open()).isEmpty();
        assertThat(routes.want(Set.of())).isEmpty();
        assertThat(routes.wants("r")).isFalse();
        assertThat(new ClientSubscription(LISTENER, Set.of()).wants("anything")).isTrue();
    }

    private static List<DeltaDiscoveryRequest> happen(ClientConversation with, String line) {
        List<String> words = List.of(line.split(" "));
        return switch (words.getFirst()) {
            case "open" -> with.open(EnumSet.complementOf(EnumSet.of(HOME)));
            case "home" -> with.open(EnumSet.of(HOME));
            case "everything" -> with.open();
            case "close" -> {
                with.close();
                yield List.of();
            }
            case "accept" -> {
                int wants = words.indexOf("wants");
                Map<TypeUrl, Set<String>> wanted =
                        wants + 1 == words.size()
                                ? Map.of()
                                : Map.of(
                                        TypeUrl.valueOf(words.get(wants + 1)),
                                        Set.copyOf(words.subList(wants + 2, words.size())));
                yield with.accept(
                        TypeUrl.valueOf(words.get(1)), response(words.subList(2, wants)), wanted);
            }
            case "refuse" ->
                    List.of(
                            with.of(TypeUrl.valueOf(words.get(1)))
                                    .refuse(response(words.subList(2, words.size())), "because"));
            default -> throw new IllegalArgumentException(line);
        };
    }

    private static DeltaDiscoveryResponse response(List<String> words) {
        DeltaDiscoveryResponse.Builder response =
                DeltaDiscoveryResponse.newBuilder().setNonce(words.getFirst());
        boolean removed = false;
        for (String word : words.subList(1, words.size())) {
            if (word.equals("removed")) {
                removed = true;
            } else if (removed) {
                response.addRemovedResources(word);
            } else {
                String[] parts = word.split(":", 2);
                response.addResources(Resource.newBuilder().setName(parts[0]).setVersion(parts[1]));
            }
        }
        return response.build();
    }

    private static String text(DeltaDiscoveryRequest request) {
        List<String> words = new ArrayList<>();
        words.add(TypeUrl.of(request.getTypeUrl()).orElseThrow().name());
        if (request.hasNode()) {
            words.add("node");
        }
        if (!request.getResponseNonce().isEmpty()) {
            words.add("nonce " + request.getResponseNonce());
        }
        request.getResourceNamesSubscribeList().forEach(name -> words.add("+" + name));
        request.getResourceNamesUnsubscribeList().forEach(name -> words.add("-" + name));
        request.getInitialResourceVersionsMap().entrySet().stream()
                .map(held -> "=" + held.getKey() + ":" + held.getValue())
                .sorted()
                .forEach(words::add);
        if (request.hasErrorDetail()) {
            words.add("!" + request.getErrorDetail().getMessage());
        }
        return String.join(" ", words);
    }
}
