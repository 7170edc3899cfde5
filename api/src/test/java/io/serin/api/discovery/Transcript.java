// SPDX-License-Identifier: Apache-2.0
package io.serin.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.api.codec.TypeUrl;
import io.serin.api.xds.Any;
import io.serin.api.xds.DeltaDiscoveryRequest;
import io.serin.api.xds.DeltaDiscoveryResponse;
import io.serin.api.xds.DiscoveryRequest;
import io.serin.api.xds.DiscoveryResponse;
import io.serin.api.xds.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A conversation, written down and played: what the client says and what the configuration becomes
 * are read from it, what the server says is compared with it.
 *
 * <pre>
 * = CDS a=1 b=1; EDS a=1        the configuration of these types is now this, name=version
 * > CDS ack                     the client says; words as each protocol's method below has them
 * &lt; CDS a=1 -b                 the server sends a, and that b is gone
 * ! stale CDS                   what the server made of what was said, where it isn't plain
 * . stop waiting                the moment to wait for the endpoints of new clusters is over
 * </pre>
 */
final class Transcript {

    private static final Map<String, TypeUrl> TYPES =
            Map.of(
                    "CDS", TypeUrl.CLUSTER,
                    "EDS", TypeUrl.ENDPOINT,
                    "LDS", TypeUrl.LISTENER,
                    "RDS", TypeUrl.ROUTE);

    private final List<String> played = new ArrayList<>();
    private final Map<TypeUrl, ServerResources> latest = new EnumMap<>(TypeUrl.class);

    private Transcript() {}

    /** Plays it in delta: {@code +name -name name=version(initial) ack nack:why stale}. */
    static void delta(String text) {
        var nonces = new EnumMap<TypeUrl, String>(TypeUrl.class);
        ServerStream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream =
                ServerStream.delta("istiod-1-0-abc", "s-");
        new Transcript()
                .play(
                        text,
                        stream,
                        words -> {
                            var request = DeltaDiscoveryRequest.newBuilder();
                            request.setTypeUrl(url(words.getFirst()));
                            for (String word : words.subList(1, words.size())) {
                                String nonce = nonces.getOrDefault(type(words.getFirst()), "");
                                if (word.equals("ack")) {
                                    request.setResponseNonce(nonce);
                                } else if (word.startsWith("nack:")) {
                                    request.setResponseNonce(nonce).setErrorDetail(why(word));
                                } else if (word.equals("stale")) {
                                    request.setResponseNonce("of another response");
                                } else if (word.startsWith("+")) {
                                    request.addResourceNamesSubscribe(word.substring(1));
                                } else if (word.startsWith("-")) {
                                    request.addResourceNamesUnsubscribe(word.substring(1));
                                } else {
                                    String[] held = word.split("=", 2);
                                    request.putInitialResourceVersions(held[0], held[1]);
                                }
                            }
                            return request.build();
                        },
                        response -> {
                            assertThat(response.getControlPlane().getIdentifier())
                                    .isEqualTo("istiod-1-0-abc");
                            nonces.put(
                                    TypeUrl.of(response.getTypeUrl()).orElseThrow(),
                                    response.getNonce());
                            return said(
                                    response.getTypeUrl(),
                                    Stream.concat(
                                            response.getResourcesList().stream()
                                                    .map(it -> it.getName() + "=" + it.getVersion())
                                                    .sorted(),
                                            response.getRemovedResourcesList().stream()
                                                    .map(name -> "-" + name)
                                                    .sorted()));
                        });
    }

    /** Plays it in state of the world: {@code name ack nack:why stale}; all names, each time. */
    static void sotw(String text) {
        var nonces = new EnumMap<TypeUrl, String>(TypeUrl.class);
        ServerStream<DiscoveryRequest, DiscoveryResponse> stream =
                ServerStream.sotw("istiod-1-0-abc", "s-");
        new Transcript()
                .play(
                        text,
                        stream,
                        words -> {
                            var request = DiscoveryRequest.newBuilder();
                            request.setTypeUrl(url(words.getFirst()));
                            for (String word : words.subList(1, words.size())) {
                                String nonce = nonces.getOrDefault(type(words.getFirst()), "");
                                if (word.equals("ack")) {
                                    request.setResponseNonce(nonce);
                                } else if (word.startsWith("nack:")) {
                                    request.setResponseNonce(nonce).setErrorDetail(why(word));
                                } else if (word.equals("stale")) {
                                    request.setResponseNonce("of another response");
                                } else if (word.startsWith("version:")) {
                                    request.setVersionInfo(word);
                                } else {
                                    request.addResourceNames(word);
                                }
                            }
                            return request.build();
                        },
                        response -> {
                            assertThat(response.getControlPlane().getIdentifier())
                                    .isEqualTo("istiod-1-0-abc");
                            nonces.put(
                                    TypeUrl.of(response.getTypeUrl()).orElseThrow(),
                                    response.getNonce());
                            return said(
                                    response.getTypeUrl(),
                                    response.getResourcesList().stream()
                                            .map(any -> any.getValue().toStringUtf8())
                                            .sorted());
                        });
    }

    private interface Client<Q> {
        Q say(List<String> words);
    }

    private interface Ear<R> {
        String hear(R response);
    }

    private <Q, R> void play(String text, ServerStream<Q, R> stream, Client<Q> client, Ear<R> ear) {
        boolean configured = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith("<") || line.startsWith("!")) {
                continue;
            }
            played.add(line);
            if (line.startsWith("=")) {
                configure(line.substring(2));
                configured = true;
            } else if (line.startsWith(">")) {
                List<String> words = Arrays.asList(line.substring(2).split(" +", -1));
                String meaning = meaning(stream.receive(client.say(words)));
                if (meaning != null) {
                    played.add("! " + meaning);
                }
            } else {
                stream.stopWaiting();
            }
            if (configured) {
                stream.next(snapshot()).forEach(response -> played.add(ear.hear(response)));
            }
        }
        assertThat(String.join("\n", played)).isEqualTo(text.strip());
    }

    private void configure(String text) {
        for (String part : text.split("; *", -1)) {
            List<String> words = Arrays.asList(part.split(" +", -1));
            latest.put(
                    type(words.getFirst()),
                    ServerResources.of(words.stream().skip(1).map(Transcript::resource).toList()));
        }
    }

    private ServerSnapshot snapshot() {
        return new ServerSnapshot(
                latest.getOrDefault(TypeUrl.CLUSTER, ServerResources.EMPTY),
                latest.getOrDefault(TypeUrl.ENDPOINT, ServerResources.EMPTY),
                latest.getOrDefault(TypeUrl.LISTENER, ServerResources.EMPTY),
                latest.getOrDefault(TypeUrl.ROUTE, ServerResources.EMPTY));
    }

    static ServerResource resource(String nameAndVersion) {
        String[] parts = nameAndVersion.split("=", 2);
        return ServerResource.of(
                parts[0],
                parts[1],
                Any.newBuilder()
                        .setValue(com.google.protobuf.ByteString.copyFromUtf8(nameAndVersion))
                        .build());
    }

    private static @Nullable String meaning(ServerEvent event) {
        return switch (event) {
            case ServerEvent.Subscribed _, ServerEvent.Acked _ -> null;
            case ServerEvent.Nacked nacked -> "nacked " + name(nacked.type()) + nacked.message();
            case ServerEvent.Stale stale -> "stale " + name(stale.type());
            case ServerEvent.UnknownType unknown ->
                    "unknown " + unknown.url() + (unknown.first() ? ", first" : "");
            case ServerEvent.TooManyNames many -> "too many names " + name(many.type());
        };
    }

    private static Status why(String word) {
        return Status.newBuilder().setMessage(word.substring("nack".length())).build();
    }

    private static String said(String url, Stream<String> parts) {
        return ("< "
                        + name(TypeUrl.of(url).orElseThrow())
                        + parts.map(part -> " " + part).collect(Collectors.joining()))
                .strip();
    }

    private static @Nullable TypeUrl type(String word) {
        return TYPES.get(word);
    }

    private static String url(String word) {
        TypeUrl type = type(word);
        return type == null ? word : type.url();
    }

    private static String name(TypeUrl type) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }
}
